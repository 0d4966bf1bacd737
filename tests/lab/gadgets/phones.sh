# phones.sh, to be sourced: phones in network namespaces of their own, each with one of the machine's radios.
#
# Apart because a phone is the stock wpa_supplicant and the stock DHCP of busybox, and knows nothing of the box but
# what stands on its label. Phones are called phone and other; the machine's hardware.sh gave them their radios.

on() { where=$1 && shift && ip netns exec "$where" "$@"; }
radio() { on "$1" sh -c 'cd /sys/class/net && echo wlan*'; }

# associate PHONE SSID PASSPHRASE SECONDS: 0 once it is on the Wi-Fi.
associate() {
    leave "$1"
    printf 'ctrl_interface=/run/lab/%s\nnetwork={\nssid="%s"\npsk="%s"\nkey_mgmt=WPA-PSK\nieee80211w=1\n}\n' \
        "$1" "$2" "$3" >"/run/lab/$1.conf"
    on "$1" ip link set lo up
    on "$1" wpa_supplicant -B -i "$(radio "$1")" -c "/run/lab/$1.conf" -f "/run/lab/$1.log" -P "/run/lab/$1.pid"
    joined "$1" "$4"
}

# joined PHONE SECONDS: 0 once it is on a Wi-Fi, 1 if it is not by then.
joined() {
    end=$((SECONDS + $2))
    until on "$1" wpa_cli -p "/run/lab/$1" -i "$(radio "$1")" status 2>/dev/null | grep -q wpa_state=COMPLETED; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.2
    done
}

leave() {
    [ ! -e "/run/lab/$1.pid" ] || kill "$(cat "/run/lab/$1.pid")"
    rm -f "/run/lab/$1.pid" "/run/lab/$1.log"
    on "$1" ip -4 address flush dev "$(radio "$1")"
}

# lease PHONE: what the box gave it.
lease() { on "$1" busybox udhcpc -n -q -f -t 8 -T 5 -i "$(radio "$1")" -s /srv/lab/lease.sh; }
address() { on "$1" ip -4 -brief address show dev "$(radio "$1")" | tr -s ' ' | cut -d ' ' -f 3 | cut -d / -f 1; }
