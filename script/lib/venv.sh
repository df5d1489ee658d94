# Sourced: virtual environments that follow their requirements file.

# Two set-ups at once (two terminals, an editor) would tread on each other's feet.
one_at_a_time() {
    if ! have flock; then return; fi
    exec 9>"$PYTHON_HOME/lock"
    if flock --nonblock 9; then return; fi
    say "waiting for another script/setup to finish"
    flock --timeout 900 9 || die "another script/setup has been running for fifteen minutes"
}

# What an environment was made from. The folder is part of it: environments do not survive a move.
venv_recipe() { # REQUIREMENTS
    printf '%s\n' "$ROOT"
    cat "$1"
}

made_here() { # VENV
    [[ "$(head -n 1 "$1/.recipe" 2>/dev/null)" == "$ROOT" ]]
}

venv_is_fresh() { # VENV REQUIREMENTS
    venv_recipe "$2" | cmp -s - "$1/.recipe" && "$1/bin/python" -c '' 2>/dev/null
}

# ensure_venv VENV REQUIREMENTS INSTALL: INSTALL is the function that fills it.
ensure_venv() {
    local venv="$1" requirements="$2" install="$3"
    if venv_is_fresh "$venv" "$requirements"; then
        say "$venv is up to date"
        return
    fi

    find_uv
    if made_here "$venv" && is_good_python "$venv/bin/python"; then
        say "updating $venv"
    else
        if [[ -z "${PYTHON_FOUND:-}" ]]; then find_python; fi
        say "making $venv"
        rm -rf "$venv"
        "$UV" venv --quiet --no-project --python "$PYTHON_FOUND" "$venv" || die "$venv could not be made"
    fi

    "$install" "$venv" "$requirements"
    venv_recipe "$requirements" >"$venv/.recipe"
    say "$venv is ready"
}

uv_install() { # VENV ARGUMENTS...
    local venv="$1"
    shift
    "$UV" pip install --quiet --python "$venv/bin/python" "$@" </dev/null
}

install_tests() { # VENV REQUIREMENTS
    uv_install "$1" -r "$2" || die "the packages of $2 could not be installed; uv says why above"
}

install_demo() { # VENV REQUIREMENTS
    local venv="$1" requirements="$2" constraints
    uv_install "$venv" "$(grep '^homeassistant==' "$requirements")" ||
        die "Home Assistant could not be installed; uv says why above"
    constraints="$("$venv/bin/python" -c 'import importlib.util as u
print(u.find_spec("homeassistant").submodule_search_locations[0])')/package_constraints.txt"

    # Two of the packages are compiled here; Debian keeps part of the headers that they need in a
    # folder of the architecture's name, which an unpacked Python does not look into by itself.
    case "$(base_python "$venv/bin/python")" in
        "$PYTHON_HOME"/*) export CPATH="$PYTHON_HOME/debian/usr/include${CPATH:+:$CPATH}" ;;
    esac
    uv_install "$venv" -r "$requirements" -c "$constraints" ||
        die "the packages of $requirements could not be installed; uv says why above" \
            "pymicro-vad and pyspeex-noise are compiled: they need a C and C++ compiler (gcc, g++)" \
            "and, with a Python of your system's, its headers (on Debian: python3.14-dev)."
}
