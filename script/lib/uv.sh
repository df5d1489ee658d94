# Sourced: finds uv, or installs it from PyPI into .python/uv, where it disturbs nothing.

# uv brings its own root certificates; behind a company's proxy only the system's will do.
if [[ -e /etc/ssl/certs/ca-certificates.crt || -e /etc/pki/tls/certs/ca-bundle.crt ]]; then
    export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}"
fi

find_uv() {
    local own="$PYTHON_HOME/uv" log="$PYTHON_HOME/uv.log" python

    if have uv; then
        UV="$(command -v uv)"
        return
    fi
    for UV in "$own/bin/uv" "$own/target/bin/uv"; do
        if bounded 20 "$UV" --version >/dev/null 2>&1; then return; fi
    done

    python="$(command -v python3 || command -v python || true)"
    [[ -n "$python" ]] || die "there is neither uv nor any Python to install it with" \
        "Install one of them and run script/setup again."

    say "installing uv into .python/uv"
    rm -rf "$own"
    UV="$own/bin/uv"
    if quietly "$log" 60 "$python" -m venv "$own" && quietly "$log" 180 "$own/bin/pip" install uv; then return; fi

    # Debian's Python may come without venv, but with pip.
    rm -rf "$own"
    UV="$own/target/bin/uv"
    if quietly "$log.pip" 180 "$python" -m pip install --target "$own/target" uv; then return; fi

    die "uv could not be installed" \
        "with venv: $(last_words "$log")" "with pip: $(last_words "$log.pip")" \
        "Install uv (or python3-venv) yourself and run script/setup again."
}
