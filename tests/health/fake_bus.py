"""An I2C bus with one chip on it, whose registers are set by hand; driven from the chip's side.

Apart from the tests because the contract of gauges and the tests of the PiSugar need the same chip.
"""

from dataclasses import dataclass, field

from appliance.health.pi_sugar import ADDRESS

REGISTERS = 256
NO_ANSWER = OSError(121, "Remote I/O error")


@dataclass
class FakeBus:
    """`registers`: of the chip at 0x57. `gone`: nothing answers. `opened`, `closed`: how often."""

    registers: bytearray = field(default_factory=lambda: bytearray(REGISTERS))
    gone: bool = False
    fitted: bool = True
    opened: int = 0
    closed: int = 0

    def open(self) -> "FakeBus":
        if not self.fitted:
            raise FileNotFoundError(2, "No such file or directory", "/dev/i2c-1")
        self.opened += 1
        return self

    def read_byte_data(self, i2c_addr: int, register: int) -> int:
        if self.gone or i2c_addr != ADDRESS:
            raise NO_ANSWER
        return self.registers[register]

    def close(self) -> None:
        self.closed += 1

    def charged(self, percent: int, cell_mv: int = 3_700, *, plugged_in: bool = False) -> "FakeBus":
        """As the maker's sheet says: 0x2A per cent, 0x22 and 0x23 millivolts, bit 7 of 0x02 power from outside."""
        self.registers[0x2A] = percent
        self.registers[0x22:0x24] = cell_mv.to_bytes(2, "big")
        self.registers[0x02] = 0x44 | (0x80 if plugged_in else 0)
        return self
