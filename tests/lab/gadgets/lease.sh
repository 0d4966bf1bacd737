#!/bin/sh
# lease.sh: what a phone does with what udhcpc was given. Apart because udhcpc runs a program for it.
[ "$1" = bound ] || exit 0
ip address add "$ip/$mask" dev "$interface"
ip route add default via "$router"
mkdir -p "/etc/netns/$(ip netns identify)"
echo "nameserver $dns" >"/etc/netns/$(ip netns identify)/resolv.conf"
