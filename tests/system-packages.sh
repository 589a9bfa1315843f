#!/bin/sh
# What the tests need from the system, by package name.  Installs what is missing
# when it may (root, apt); otherwise says what is left out, and the tests that
# need it skip aloud with the reason.
set -u
missing=""
need() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || missing="$missing $2"; }
need chromium chromium
need cupsd cups-daemon
need lpadmin cups-client
# The backend that prints to port 9100; cups-daemon alone has no socket:// queues.
[ -x /usr/lib/cups/backend/socket ] || missing="$missing cups"
need systemd-analyze systemd
# Reads receipts that a POS prints as one picture; English comes with it.
need tesseract tesseract-ocr
need tesseract tesseract-ocr-eng
[ -n "$(find /usr/share/tesseract-ocr -name fra.traineddata 2>/dev/null)" ] ||
  missing="$missing tesseract-ocr-fra"
need pdftotext poppler-utils
# Clients of others (tests/clients), and a peer of `python -m bench relay`.
need php php-cli
need node nodejs
need npm npm
need socat socat
# Kanji, kana, hangul, Thai: the face that we ship has none of them.
[ -f /usr/share/fonts/opentype/unifont/unifont.otf ] || missing="$missing fonts-unifont"
# Playwright's driver is linked against it.
ldconfig -p 2>/dev/null | grep -q libatomic.so.1 || missing="$missing libatomic1"
# A second reader of QR codes, beside zxing-cpp.
ldconfig -p 2>/dev/null | grep -q libzbar.so.0 || missing="$missing libzbar0"
# A mail relay; the tests run an instance of their own, and its service is not wanted.
need postfix postfix
# And a mailbox to read its bounces in.
need dovecot dovecot-imapd
# Completion is typed into the shells themselves; a second reader of the manual pages.
need zsh zsh
need fish fish
need mandoc mandoc
# The fault laboratory: power cuts from system calls, bad disks, clocks, file systems.
need strace strace
need gcc gcc
need gcc libc6-dev
ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1 || missing="$missing libfaketime"
need mkfs.btrfs btrfs-progs
need mkfs.ext4 e2fsprogs
# A TPM in software, and what systemd-creds speaks to it by.
need swtpm swtpm
ldconfig -p 2>/dev/null | grep -q libtss2-esys.so.0 || missing="$missing libtss2-esys-3.0.2-0 libtss2-rc0 libtss2-mu0"
ldconfig -p 2>/dev/null | grep -q libtss2-tcti-swtpm.so.0 || missing="$missing libtss2-tcti-swtpm0"
# Alert rules are tried with promtool alone: the package starts a server, and is 100 MB.
if ! command -v promtool >/dev/null 2>&1; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "fetching for the tests: promtool"
    there=$(mktemp -d)
    (cd "$there" && apt-get update -qq && apt-get download -qq prometheus &&
      dpkg -x prometheus_*.deb . && install -m 0755 usr/bin/promtool /usr/local/bin/) >/dev/null 2>&1 ||
      echo "could not fetch: promtool (the tests that need it will be skipped)"
    rm -rf "$there"
  else
    echo "not there: promtool (the tests that need it will be skipped; it is in Debian's prometheus)"
  fi
fi
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing for the tests:$missing"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >/dev/null 2>&1
  case "$missing" in *postfix*)
    echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections ;;
  esac
  # shellcheck disable=SC2086 -- a list of names
  apt-get install -y -qq --no-install-recommends $missing >/dev/null 2>&1 ||
    echo "could not install:$missing (the tests that need them will be skipped)"
else
  echo "not installed:$missing (the tests that need them will be skipped; as root: apt-get install$missing)"
fi
exit 0
