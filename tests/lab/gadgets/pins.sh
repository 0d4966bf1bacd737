# pins.sh, to be sourced: fingers on the simulated buttons, and what became of the pins of lamp and buzzer.
#
# Apart because the time of a press is kept inside, where no serial line is in between. Pins are BCM numbers.

exec {quiet}<> <(:)
# Without a process of its own, whose start could take longer than a press.
wait_s() { read -r -t "$1" -u $quiet || :; }
down() { echo pull-down >"/run/lab/pins/sim_gpio$1/pull"; }
up() { echo pull-up >"/run/lab/pins/sim_gpio$1/pull"; }
press() { down "$1" && wait_s "$2" && up "$1"; }
bounce() { for _ in 1 2 3 4 5; do down "$1" && up "$1"; done; }

# level 22: 1 or 0, as an instrument on the wire would read it.
level() { cat "/run/lab/pins/sim_gpio$1/value"; }
lamp() { echo "$(level 22)$(level 23)$(level 24)"; }

# Each time that anybody drives a pin, with who and when: the kernel's own trace.
watch_pins() { echo >/sys/kernel/tracing/trace && echo 1 >/sys/kernel/tracing/events/gpio/gpio_value/enable; }
