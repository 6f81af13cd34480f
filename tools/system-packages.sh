#!/bin/sh
# Installs what pip cannot: a Java runtime (Spark), Chromium (browser test), Korean glyphs (its screenshots).
# Where apt is not allowed it says what is missing; the tests that need it then say so and are skipped.
set -eu

wanted=""
command -v java >/dev/null 2>&1 || wanted="$wanted default-jre-headless"
{ command -v chromium || command -v chromium-browser; } >/dev/null 2>&1 || wanted="$wanted chromium"
[ -n "$(ls /usr/share/fonts/truetype/nanum 2>/dev/null)" ] || wanted="$wanted fonts-nanum"
[ -n "$wanted" ] || exit 0

as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo -n"
install() {
    command -v apt-get >/dev/null 2>&1 && $as_root true 2>/dev/null || return 1
    echo "시스템 꾸러미를 설치합니다:$wanted"
    $as_root apt-get update -qq || return 1
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $wanted >/dev/null
}
install || echo "apt로 다음을 설치하지 못했습니다:$wanted (이것이 필요한 시험은 건너뜁니다)" >&2
