#!/bin/sh
# A waiting person with nothing but curl, written from docs/protocol.md: comes in when called, then
# leaves. It prints what it hears, a line an answer, and how it ended.
set -eu

poll() {
    curl --silent --show-error --fail --noproxy '*' --max-time 10 "$SERVER/v1/poll" \
        --header "Authorization: Bearer $TOKEN" --header 'Content-Type: application/json' --data "$1"
    echo
}

body='{}'
while answer=$(poll "$body"); do
    echo "$answer"
    body='{}'
    case $answer in
        *'"type":"seated"'*) poll '{"leave": true}' && echo left && exit ;;
        *'"type":"room_closed"'* | *'"reason":"removed"'*) echo over && exit ;;
        *'"called":true'*) body='{"claim": true}' && continue ;;
    esac
    sleep "$(echo "$answer" | sed 's/.*"poll_after_s":\([0-9]*\).*/\1/')"
done
