"""The numbers of ARCHITECTURE: each measured beside a peer in the same run, one module of `rows` each."""
