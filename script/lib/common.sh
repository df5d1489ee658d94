# Sourced by the scripts: where things are, and how they speak.

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
PYTHON_HOME="$ROOT/.python" # uv, and a Python of the project's own where it needs one

say() { printf -- '-> %s\n' "$*" >&2; }

die() {
    printf 'error: %s\n' "$1" >&2
    shift
    if (($#)); then printf '  %s\n' "$@" >&2; fi
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# bounded SECONDS COMMAND...: nothing here may wait for ever on a dead network.
bounded() {
    local seconds="$1"
    shift
    if have timeout; then
        # In the foreground, or Ctrl-C would not reach it, and the script would go on afterwards.
        timeout --foreground --kill-after=5 "$seconds" "$@" </dev/null
    else # macOS has none; the tools' own network limits have to do
        "$@" </dev/null
    fi
}

# quietly LOG SECONDS COMMAND...: bounded, with what it prints kept for the case that it fails.
quietly() {
    local log="$1" seconds="$2" status=0
    shift 2
    bounded "$seconds" "$@" >"$log" 2>&1 || status=$?
    if ((status == 124)); then echo "gave up after $seconds seconds" >>"$log"; fi
    return "$status"
}

# last_words LOG: one line of a log, for a message.
last_words() {
    grep -v -e '^[[:space:]]*$' -e '^hint:' "$1" 2>/dev/null | tail -n 1 | sed 's/^ *//' | cut -c 1-300
}
