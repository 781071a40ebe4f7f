# dpkg has the control files of the package that comes in a folder of this name, which is not a temporary file of anybody
# else's.
unpacked=tmp.ci
COMING=${DPKG_ADMINDIR:-}/$unpacked

# Whether the postinst $1 sets the variable $2 as this script does.
sets_alike() {
    grep -qsxF "$(grep "^$2=" "$0")" "$1"
}

# Whether the postinst $1 is of a package of this module, of whatever name and version, that reads what is written down here.
is_kin() {
    sets_alike "$1" NAME && grep -qsF /var/lib/mkdkms/served/ "$1"
}
