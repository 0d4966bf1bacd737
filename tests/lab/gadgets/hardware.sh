#!/bin/sh
# hardware.sh: gives this machine what a board and its surroundings have: a chip of pins, a sound card, three radios.
#
# The kernel's own simulations, so that everything above the drivers is the real thing. Runs at each start, before our
# programs. A button is pulled up: let go.
set -eu
mkdir -p /run/lab
modprobe -a xhci-pci usb-storage

chip=/sys/kernel/config/gpio-sim/board
if [ ! -e "$chip" ]; then
    modprobe gpio-sim
    mkdir -p "$chip/bank0"
    echo 54 >"$chip/bank0/num_lines"
    echo pinctrl-bcm2711 >"$chip/bank0/label"
    echo 1 >"$chip/live"
    ln -sfn "/sys/devices/platform/$(cat "$chip/dev_name")/$(cat "$chip/bank0/chip_name")" /run/lab/pins
    for pin in 17 27; do echo pull-up >"/run/lab/pins/sim_gpio$pin/pull"; done
fi

# gpiozero asks which board it is on, and takes no other.
{ cat /proc/cpuinfo && echo 'Revision	: c03114'; } >/run/lab/cpuinfo

modprobe snd-aloop id=USBMIC pcm_substreams=1

# The first radio is the box's, each of the others that of a phone.
modprobe mac80211_hwsim radios=3
for phone in phone other; do
    ip netns add "$phone"
    radio=$(ls -d /sys/class/net/wlan[1-9] | head -n 1)
    iw phy "$(cat "$radio/phy80211/name")" set netns name "$phone"
done

echo 5 >/run/virtual-camera
