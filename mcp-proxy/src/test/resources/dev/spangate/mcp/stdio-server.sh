#!/bin/sh
# A legacy MCP server on standard input and output whose tools misbehave on demand.
[ -n "$START_DELAY" ] && sleep "$START_DELAY"
[ -n "$START_NOISE" ] && printf 'npm warn something\nnot json at all\n\n'
[ -n "$PID_FILE" ] && printf '%s\n' "$$" >>"$PID_FILE"
answer() { printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$1" "$2"; }
text() { answer "$1" "{\"content\":[{\"type\":\"text\",\"text\":\"$2\"}]}"; }
while IFS= read -r line; do
    id=$(printf '%s' "$line" | sed -n 's/^{"jsonrpc":"2.0","id":\([0-9]*\),.*/\1/p')
    case "$line" in
    *'"method":"server/discover"'*)
        [ -n "$DIE_ON_DISCOVER" ] && exit 7
        printf '{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"Method not found"}}\n' "$id" ;;
    *'"method":"initialize"'*)
        answer "$id" '{"protocolVersion":"2025-11-25","capabilities":{"tools":{"listChanged":true}},"serverInfo":{"name":"sh","version":"1"}}' ;;
    *'"method":"tools/list"'*)
        tools=
        for tool in ok garbage nullid die hang deaf; do
            tools="$tools${tools:+,}{\"name\":\"$tool\",\"inputSchema\":{\"type\":\"object\"}}"
        done
        answer "$id" "{\"tools\":[$tools]}" ;;
    *'"name":"ok"'*) text "$id" "pid $$" ;;
    *'"name":"garbage"'*) printf 'a log line on stdout\n{"half": \n'; text "$id" "after garbage" ;;
    *'"name":"nullid"'*)
        printf '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}\n'
        text "$id" "after null id" ;;
    *'"name":"die"'*) printf 'fatal: token=abc123secret lost\nkey %s\n' "$SERVER_KEY" >&2; exit 3 ;;
    *'"name":"hang"'*) : ;;
    *'"name":"env"'*) text "$id" "$(env | sort | tr '\n' ' ' | tr -d '"\\')" ;;
    *'"name":"cwd"'*) text "$id" "$(pwd)" ;;
    *'"name":"big"'*)
        printf '{"jsonrpc":"2.0","id":%s,"result":{"content":[{"type":"text","text":"' "$id"
        head -c 300000 /dev/zero | tr '\0' 'x'
        printf '"}]}}\n' ;;
    *'"name":"deaf"'*) exec sleep 1000 ;;
    *'"name":"stubborn"'*) trap '' TERM; text "$id" "will not go"; while :; do sleep 1; done ;;
    *'"name":"changed"'*)
        printf '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n'
        text "$id" "changed" ;;
    *'"name":"ask"'*)
        printf '{"jsonrpc":"2.0","id":"q1","method":"elicitation/create","params":{"message":"sure?"}}\n'
        asked=$id ;;
    *'"id":"q1"'*) answer "$asked" "{\"content\":[],\"echo\":$line}" ;;
    *'"name":"progress"'*)
        token=$(printf '%s' "$line" | sed -n 's/.*"progressToken":\([0-9]*\).*/\1/p')
        printf '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":%s,"progress":0.5,"extra":1e-7}}\n' "$token"
        text "$id" "done" ;;
    *'"method":"notifications/cancelled"'*) printf '%s\n' "$line" >>"${CANCEL_FILE:-/dev/null}" ;;
    esac
done
