import DkmsConf
import Testing

/// Files that need no shell: what they say without one is what bash says.
@Suite struct PlainConfTests {
    private static let assignments = [
        "", "\n\n", "# only a comment", "MAKE=", "MAKE=a", "MAKE=a\n", "MAKE=a # b", "MAKE=a#b", "MAKE= #b",
        "MAKE=#b",
        "MAKE='a b'", #"MAKE="a b""#, "MAKE='a'\"b\"c", #"MAKE='it'\''s'"#, #"MAKE=a\ b\;c"#,
        #"MAKE="\a\"\$\`\\\x""#,
        #"MAKE='\a\'"#, "MAKE=\"a\nb\"", "MAKE='a\nb'", "MAKE=\"a\\\nb\"", "MAKE=a\\\nb", "MAKE=a\\\n",
        "MAKE='a\\\nb'",
        "MAKE=a \\\n  CLEAN=b", "MAKE=a;CLEAN=b", "MAKE=a ; CLEAN=b; ", "MAKE=a CLEAN=$MAKE",
        "MAKE=a\tCLEAN=b",
        #"MAKE=$'a\n\t\r\\\'\"b'"#, "MAKE=$", "MAKE=a$", #"MAKE="a$""#, "MAKE=$/x", #"MAKE="$ $/""#,
        "MAKE=\"$'a'\"",
        "MAKE=*", "MAKE=?[a]{b,c}", "MAKE=a=b=c", "MAKE==", "MAKE=!", "MAKE=a!b", "MAKE=}",
        "MAKE=a^b%c@d+e,f]g",
        "MAKE=1.0~rc1", "MAKE=a~", #"MAKE="~""#, "MAKE='~'", #"MAKE=\~"#, "MAKE=\u{e9}\u{1F600}", "  MAKE=a",
        "\tMAKE=a",
        "MAKE=a\nMAKE=b", "MAKE=a\nMAKE+=b", "MAKE+=b", "MAKE[0]=a\nMAKE+=b", "MAKE[3]=a\nMAKE[3]+=b",
        "MAKE[10]=x",
        "MAKE=(a b c)", "MAKE=()", "MAKE=a\nMAKE=()", "MAKE=( a\n b # c\n d )", "MAKE=([5]=a b [2]=c d)",
        "MAKE=(a [0]=b)",
        "MAKE=(a b)\nMAKE+=(c [7]=d e)", "MAKE=a\nMAKE+=(b)", "MAKE=(a b)\nMAKE=c",
        "MAKE=(a b)\nMAKE=(${MAKE[1]} x)",
        "MAKE=('a b' \"c d\" e\\ f)", "MAKE=(\"\" '')", "MAKE=(a=b c)", "MAKE=([1]= [2]='')",
        "MAKE=(a \\\n b)",
        "MAKE=(a b);CLEAN=c", "MAKE=(\n#)\na)", "MAKE=(a#b)", "i=2\nMAKE[$i]=a\nMAKE[${i}]+=b\nMAKE[i]+=c",
        "i=3\nPATCH=([$i]=x y)",
        "i=0\ni=$((i+1))\nMAKE[$i]=a\ni=$(( $i + 2 ))\nMAKE[$i]=b\nMAKE[9]=$((${i}-7))",
        "PACKAGE_NAME=a\nMAKE[0]=$PACKAGE_NAME",
        "DKMS_DIRECTIVE_2='MAKE=b'\nDKMS_DIRECTIVE_1='MAKE=a'", "DKMS_DIRECTIVE='NOTHING=b'\nMAKE=c",
    ]

    private static let expansions = [
        "MAKE=$kernelver", "MAKE=\"$kernelver $arch\"", "MAKE=${kernelver}x", "MAKE=$kernelver.x",
        "MAKE=$unset_one",
        "MAKE=\"[$kernel_source_dir|$kernel_config|$module|$module_version|$dkms_tree|$source_tree|$install_tree|$tmp_location|$parallel_jobs]\"",
        "A='x  y'\nMAKE=$A", "A='*'\nMAKE=$A", "A='$B'\nB=c\nMAKE=$A", "A=(x y)\nMAKE=$A${A[1]}${A[2]}",
        "A=x\nMAKE=${A[0]}",
        "MAKE=${A:-x}", "MAKE=\"${A:-x y}\"", "MAKE=${A:-}", "A=\nMAKE=[${A:-x}/${A-x}/${A:+x}/${A+x}]",
        "A=a\nMAKE=[${A:-x}/${A-x}/${A:+x}/${A+x}/${B+x}/${B-x}]", "MAKE=${A:-$kernelver/${B:-y}}",
        "MAKE=\"${A:-*}\"",
        "MAKE=${parallel_jobs+-j$parallel_jobs}", "MAKE=\"a ${parallel_jobs+-j$parallel_jobs} b\"",
        "MAKE=${kernelver%%-*}",
        "MAKE=${kernelver%-*}", "MAKE=${kernelver#*.}", "MAKE=${kernelver##*.}",
        "MAKE=${kernelver%%[!0-9.]*}",
        "MAKE=${kernelver%.*.*}", "MAKE=${kernelver#?.}", "MAKE=${kernelver%x}", "MAKE=\"${kernelver%\\.*}\"",
        "MAKE=${kernelver%%*}",
        "MAKE=${kernelver##[a-z]}", "MAKE=${arch#x}", "A=a.b\nMAKE=${A%.}",
        "A=aab\nMAKE=${A##a*a}${A%%b*}${A#*}",
        "kernelver=x\nMAKE=$kernelver", "unset kernelver\nMAKE=[$kernelver]", "MAKE=a\nunset MAKE CLEAN",
        "A=1\nexport A\nMAKE=$A",
        "export MAKE=a", "export MAKE=\"$arch b\" CLEAN=c", "export MAKE+=x", "export MAKE=(a b)",
        "declare -a MAKE", "declare -a MAKE=(a b)",
        "declare MAKE=$arch", "typeset -x MAKE=a", "export MAKE CLEAN", "declare -a MAKE=x",
        "export MAKE=a:b", "export MAKE='{a,b}'",
    ]

    private static let conditions = [
        "if [ a = a ]; then MAKE=1; else MAKE=2; fi",
        "if [ \"$arch\" = i386 ]; then\nMAKE=1\nelif [ $arch == x86_64 ]; then\nMAKE=2\nfi",
        "if [ -z \"$A\" ] && [ -n \"$arch\" ]; then MAKE=1; fi", "[ a = b ] && MAKE=1",
        "[ a = b ] || MAKE=1\n", "! [ a = b ] && MAKE=1",
        "[ a = b ] && MAKE=1 || MAKE=2", "[ a = a ] || MAKE=1 && MAKE=2",
        "if ! [ a ]; then MAKE=1\nelse\nMAKE=2\nfi # done",
        "if [ ! -e /no/such ]; then MAKE=1; fi", "if [ -f /etc/passwd ]; then MAKE=1; fi",
        "if [ -d /etc/passwd ]; then MAKE=1; fi",
        "if [ -d /etc ] && [ ! -f /etc ]; then MAKE=1; fi", "if [ 10 -gt 9 ]; then MAKE=1; fi",
        "[ 3 -ge 4 ] || MAKE=a", "[ '' ] || MAKE=a",
        "[ = = = ] && MAKE=a", "[ -n = -n ] || MAKE=a", "[ ! = ! ] && MAKE=a", "[ ! ] && MAKE=a",
        "[ -f ] && MAKE=a", "[ ! '' ] && MAKE=a",
        "[[ $arch == x86* ]] && MAKE=1", "[[ $arch == \"x86*\" ]] || MAKE=1", "[[ $arch != *_6? ]] || MAKE=1",
        "[[ $A ]] || MAKE=1",
        "[[ ! $arch ]] || MAKE=1", "[[ -z $A ]] && MAKE=1", "[[ -n $A ]] || MAKE=1",
        "[[ $kernelver =~ \"-rt-\" ]] || MAKE=1",
        "[[ \"$kernelver\" =~ \"56-amd\" ]] && MAKE=1", "A='x y'\n[[ $A = 'x y' ]] && MAKE=1",
        "[[ -f /etc/passwd ]] && MAKE=1",
        "A='a*'\n[[ abc == $A ]] && MAKE=1\n[[ abc == \"$A\" ]] || CLEAN=1", "[[ 5 -lt 10 ]] && MAKE=1",
        "[[ a == [a-c] ]] && MAKE=1",
        "case $arch in x86_64) MAKE=1;; *) MAKE=2;; esac",
        "case $kernelver in\n  (5.*|6.*) MAKE=1 ;;\n  *) MAKE=2\nesac\nCLEAN=x",
        "case \"$arch\" in i?86 | arm*) MAKE=1;; x86_64) ;; *) MAKE=2;; esac", "case a in b) MAKE=1;; esac",
        "case a in esac", "case '' in '') MAKE=1;; esac",
        "case $kernelver in [0-4].*) MAKE=old;; [!0-4].*) MAKE=new;; esac",
        "case 'a*' in 'a*') MAKE=1;; esac\ncase ab in a\\*) MAKE=2;; esac",
        "if [ a = b ]; then case $arch in *) MAKE=1;; esac; else if [ 1 ]; then MAKE=3; fi; fi && CLEAN=x",
        "if [ a = b ]; then A=1; fi && MAKE=x",
        "if true; then MAKE=1; fi", "if false; then MAKE=1; fi\nfalse || MAKE+=2", "then=1\nMAKE=$then",
        "fi=1 MAKE=a",
        "if [ a = b ]; then MAKE=1; false; fi || CLEAN=x", "case a in a) false;; esac || CLEAN=x",
        "case a in b) true;; esac && CLEAN=x",
    ]

    private static let carriageReturns = [
        "MAKE=a\r\n", "MAKE=\"a\"\r\nCLEAN=b\r\n\r\n# c\r\n", "MAKE=a\r\nCLEAN=[$MAKE]\r\n", "\r\nMAKE=a",
        "MAKE=a\\\r\nCLEAN=b", "MAKE=\"a\\\r\nb\"",
        "MAKE=(a\r\nb\r\n)\r", "MAKE='\r'", "MAKE=a\r\r\n", "  \r\nMAKE=b\r\n", "export MAKE=a\r\n",
        "MAKE=$'\\r'", "MAKE=(a\r\n\r\nb)",
    ]

    @Test(arguments: assignments + expansions + conditions + carriageReturns)
    func equalsBash(_ text: String) async throws {
        let both = try await BothWays(text)
        let shell = try #require(both.shellValues)
        // What is refused is right too; that too much is refused, the next test says.
        if let plain = both.plain { #expect(plain == shell) }
    }

    @Test(arguments: assignments + expansions + conditions)
    func needsNoShell(_ text: String) throws {
        #expect(try plainValues(text) != nil)
    }

    @Test(
        arguments: [
            "MAKE=~", "MAKE=~root/x", "MAKE=a:~", "MAKE=x=~", "MAKE=\\\n~", "MAKE=`a`", "MAKE=\"`a`\"",
            "MAKE=$(a)", "MAKE=\"$(a)\"",
            "MAKE=$[1+1]", "MAKE=$((2*3))", "MAKE=$((010))", "MAKE=$((a))", "MAKE=$HOME", "MAKE=$PATH",
            "MAKE=$BASH_VERSION",
            "MAKE=$RANDOM", "MAKE=$UID", "MAKE=$PWD", "MAKE=${PWD}", "MAKE=${HOME:-x}", "MAKE=$_", "MAKE=$0",
            "MAKE=$1", "MAKE=$#",
            "MAKE=$?", "MAKE=$$", "MAKE=$!", "MAKE=$-", "MAKE=$@", "MAKE=$*", "MAKE=${A[@]}", "MAKE=${A[*]}",
            "MAKE=${#A}", "MAKE=${!A}",
            "MAKE=${A:=x}", "MAKE=${A:?x}", "MAKE=${A?x}", "MAKE=${A/x/y}", "MAKE=${A:0:1}", "MAKE=${A^^}",
            "MAKE=${A@Q}", "MAKE=${A:-'x'}",
            "MAKE=${A:-~}", "MAKE=${A%'x'}", "MAKE=${A%+(x)}", "MAKE=${arch%[[:alpha:]]}", "MAKE=$\"a\"",
            "MAKE=$'\\x41'", "MAKE='a",
            "MAKE=\"a", "MAKE=a\\", "MAKE=(a", "MAKE=(a b", "MAKE=(*)", "MAKE=(a?)", "MAKE=([a]=b)",
            "MAKE=({a,b})", "MAKE=(a;b)", "MAKE=($A)",
            "A='x y'\nMAKE=($A)", "A='*'\nMAKE=($A)", "MAKE=(a)b", "MAKE=(a)(b)", "MAKE=([0]+=a)",
            "MAKE[0]=(a)", "MAKE[-1]=a", "MAKE[01]=a",
            "MAKE[]=a", "MAKE[x]=a", "MAKE[1+1]=a", "MAKE['0']=a", "MAKE[9999999999]=a", "MAKE=a b",
            "MAKE=a true", "MAKE=a>b", "MAKE=a<b",
            "MAKE=a&", "MAKE=a|b", "MAKE=a(b)", "MAKE=+(a)", "MAKE =a", "MAKE= a", "make", "echo a", "exit 0",
            "return", "set -e", "shopt -s x",
            "eval MAKE=a", "local MAKE=a", "readonly MAKE=a", "declare -A MAKE", "declare -i MAKE=1",
            "declare -r MAKE=a", "declare -u MAKE=a",
            "export MAKE=a CLEAN=$MAKE", "export MAKE[0]=a", "export \"MAKE=a\"", "export -n MAKE", "export",
            "unset -v MAKE", "unset 'MAKE[0]'",
            "IFS=x", "PATH=/bin", "BASH_ENV=x", "LC_ALL=x", "UID=1", "POSIXLY_CORRECT=1", "f() { :; }",
            "{ MAKE=a; }", "( MAKE=a )",
            "while true; do MAKE=a; done", "for i in a; do MAKE=$i; done", "MAKE=a;;", ";", "MAKE=a &&",
            "&& MAKE=a", "fi", "then", "esac",
            "if [ a ]; then fi", "if [ a ]; then MAKE=a", "if [ a ] then MAKE=a; fi", "if; then MAKE=a; fi",
            "if [ a ]; then MAKE=a; fi x",
            "if [ a ]; then\r\nMAKE=a\r\nfi\r\n", "[ a = a -a b = b ]", "[ $A = b ]", "[ a ", "[ -r /etc ]",
            "[ -f relative ]", "[ a -eq b ]",
            "[ 08 -eq 8 ]", "[ a < b ]", "[ * = a ]", "[[ a =~ ^a ]]", "[[ a < b ]]", "[[ a && b ]]",
            "[[ a == @(a|b) ]]", "[[ a == [[:alpha:]] ]]",
            "[[ ( a ) ]]", "[[ a == b", "case a in +(a)) MAKE=a;; esac", "case a in a) MAKE=a;& esac",
            "case a in a) MAKE=a;;& esac", "case a in",
            "case a in a) MAKE=a;;", ". relative", ". /no/such/file", "source /etc/passwd", "MAKE=$A\\\nB",
            "MAKE=\"$A\\\nB\"", "MA\\\nKE=a",
            "MAKE=a\u{1}b", "MAKE='a\u{7f}'", "MAKE\r=a", "MAKE=a\nb=c d", "time MAKE=a",
            "! MAKE=a; coproc x", "MAKE=a\0b",
        ])
    func needsShell(_ text: String) throws {
        #expect(try plainValues(text) == nil)
    }

    @Test func deepNesting() throws {
        let ifs = String(repeating: "if [ a ]; then\n", count: 5000)
        #expect(try plainValues(ifs) == nil)
        #expect(try plainValues("MAKE=" + String(repeating: "${A:-", count: 5000)) == nil)
    }
}
