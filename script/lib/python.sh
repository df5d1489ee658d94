# Sourced: finds a Python that Home Assistant accepts, on machines old and new, online and half online.
#
# Three ways, in order; each is bounded in time and says in one line what became of it.
# The result is in PYTHON_FOUND; a second environment takes the first one's Python.

TRIED=()

is_good_python() {
    bounded 20 "$1" -c 'import sys, ssl, sqlite3, ctypes
sys.exit(not (3, 14, 2) <= sys.version_info[:3] < (3, 15))' >/dev/null 2>&1
}

python_version() { bounded 20 "$1" -c 'import platform; print(platform.python_version())'; }

found_python() { # WHERE
    say "using Python $(python_version "$PYTHON_FOUND") ($1)"
}

not_this_way() {
    TRIED+=("$1")
    say "$1"
}

# An environment's python is a link; this is the Python that it was made from.
base_python() { bounded 20 "$1" -c 'import sys; print(sys._base_executable)'; }

python_from_before() {
    local before
    for before in .venv .venv-demo; do
        if made_here "$before" && is_good_python "$before/bin/python"; then
            PYTHON_FOUND="$(base_python "$before/bin/python")"
            found_python "as in $before"
            return 0
        fi
    done
    return 1
}

python_from_path() {
    local candidate
    for candidate in "${PYTHON:-}" python3.14; do
        [[ -n "$candidate" ]] || continue
        if ! PYTHON_FOUND="$(command -v "$candidate")"; then
            continue
        elif is_good_python "$PYTHON_FOUND"; then
            found_python "$PYTHON_FOUND"
            return 0
        fi
    done
    not_this_way "no python3.14 of 3.14.2 or newer on PATH or in \$PYTHON"
    return 1
}

python_from_uv() {
    local wanted='>=3.14.2,<3.15' log="$PYTHON_HOME/uv-python.log"
    # One retry: where the download is blocked, there is another way left.
    if UV_HTTP_RETRIES=1 UV_HTTP_TIMEOUT=30 quietly "$log" 240 "$UV" python install --no-bin "$wanted" &&
        PYTHON_FOUND="$("$UV" python find --managed-python "$wanted" 2>"$log")" &&
        is_good_python "$PYTHON_FOUND"; then
        found_python "installed by uv"
        return 0
    fi
    not_this_way "uv could not install Python 3.14 ($(last_words "$log"))"
    return 1
}

python_from_debian() {
    PYTHON_FOUND="$PYTHON_HOME/debian/usr/bin/python3.14"
    if is_good_python "$PYTHON_FOUND"; then
        found_python "Debian's, unpacked earlier in .python"
        return 0
    fi
    if unpack_debian_python "$PYTHON_HOME/debian" && is_good_python "$PYTHON_FOUND"; then
        found_python "Debian's, unpacked in .python"
        return 0
    fi
    not_this_way "Debian's packages gave no Python 3.14 (${DEBIAN_PROBLEM:-it does not start here})"
    return 1
}

find_python() {
    if python_from_before || python_from_path || python_from_uv || python_from_debian; then return; fi
    die "no Python 3.14.2 or newer could be had" "${TRIED[@]/#/- }" \
        "Install Python 3.14 (for instance with your system's package manager or pyenv)," \
        "then run: PYTHON=/path/to/python3.14 script/setup"
}
