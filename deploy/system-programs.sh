#!/bin/sh
# Finds the system programs that the project uses beside its Python environment, installs missing
# ones where this user may (root with apt-get), else names them. Fails only when a program without
# an alternative is missing. With arguments: of these programs alone.
set -u
asked=" $* "

# program | where else it may be | Debian package | needed or optional | what it is for
PROGRAMS="
mosquitto|/usr/sbin/mosquitto|mosquitto|optional|the MQTT broker that districts run with (without it there is the demo alone, in lab mode)
chromium|/usr/bin/chromium-browser /usr/bin/google-chrome|chromium|optional|browser tests of the consoles
fc-list||fontconfig|optional|finding fonts for the consoles' screenshots
ip|/usr/sbin/ip /sbin/ip|iproute2|optional|fault tests on the network
nft|/usr/sbin/nft /sbin/nft|nftables|optional|the firewall before a broker
node||nodejs|optional|running npm
npm||npm|optional|the second source of a detection model
"

is_asked() { # program
  [ "$asked" = "  " ] && return 0
  case "$asked" in *" $1 "*) return 0 ;; esac
  return 1
}

found() { # program, other places
  command -v "$1" >/dev/null 2>&1 && return 0
  for place in $2; do [ -x "$place" ] && return 0; done
  return 1
}

cjk_fonts() { command -v fc-list >/dev/null 2>&1 && fc-list :lang=zh | grep -q .; }
has_fonts() { ! is_asked cjk-fonts || cjk_fonts; }

missing_packages() {
  echo "$PROGRAMS" | while IFS='|' read -r program places package _ _; do
    [ -n "$program" ] && is_asked "$program" || continue
    found "$program" "$places" || echo "$package"
  done
  has_fonts || echo fonts-noto-cjk
}

may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

wanted=$(missing_packages | sort -u | tr '\n' ' ')
if [ -n "$wanted" ] && may_install; then
  echo "installing:$(printf ' %s' $wanted)"
  log=$(mktemp)
  if ! { DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $wanted >"$log" 2>&1 ||
    { apt-get update >>"$log" 2>&1 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $wanted >>"$log" 2>&1; }; }; then
    echo "apt-get could not install them all; the end of its log:"
    tail -n 3 "$log"
  fi
  rm -f "$log"
fi

code=0
while IFS='|' read -r program places package need purpose; do
  [ -n "$program" ] && is_asked "$program" || continue
  found "$program" "$places" && continue
  echo "missing ($need): $program, for $purpose. Debian and Ubuntu: apt-get install $package"
  [ "$need" = optional ] || code=1
done <<END
$PROGRAMS
END
has_fonts || echo "missing (optional): Chinese fonts, for screenshots of the Chinese consoles. Debian and Ubuntu: apt-get install fonts-noto-cjk"
exit $code
