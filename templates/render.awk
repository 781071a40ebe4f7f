# Puts a template together the way the program does, for shellcheck and for tests without it:
#   NAME=hello VERSION=1.5.0 … awk -f templates/render.awk templates bundle/install
# Includes are followed; a token becomes the environment variable of that name in single quotes.
function emit(file,    line, name) {
    while ((getline line < file) > 0) {
        if (line ~ /^@INCLUDE [^@]+@$/) {
            name = substr(line, 10, length(line) - 10)
            emit(folder "/" name)
            continue
        }
        while (match(line, /@[A-Z][A-Z0-9_]*@/)) {
            name = substr(line, RSTART + 1, RLENGTH - 2)
            line = substr(line, 1, RSTART - 1) "'" ENVIRON[name] "'" substr(line, RSTART + RLENGTH)
        }
        print line
    }
    close(file)
}
BEGIN {
    folder = ARGV[1]
    emit(folder "/" ARGV[2])
}
