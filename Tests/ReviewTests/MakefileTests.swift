import Testing

@testable import Review

@Suite struct MakefileTests {
    private let makefile = Makefile(
        path: "Makefile",
        """
        # obj-m := not_this.o
        obj-m := one.o \\
            two.o sub/ # three.o
        obj-$(CONFIG_FOUR) += four.o
        KDIR ?= /lib/modules/$(KVERSION)/build
        KVERSION := $(shell uname -r)
        SELF = $(SELF2)
        export LONE = 1
        all:
        \t$(MAKE) -C ${KDIR} X=1
        """)

    @Test func modulesAreThoseOfTheListsOfObjects() {
        #expect(makefile.modules == ["one", "two", "four"])
        #expect(!makefile.hasComputedObjects)
        #expect(Makefile(path: "Kbuild", "obj-m += $(NAME).o").hasComputedObjects)
    }

    @Test func aVariableIsReadWhereItsValueIsAskedFor() {
        #expect(makefile.reads("KDIR"))
        #expect(makefile.reads("KVERSION"))
        #expect(!makefile.reads("LONE"))
        #expect(!makefile.reads("KDI"))
        #expect(makefile.variablesRead.isSuperset(of: ["KDIR", "KVERSION", "MAKE", "SELF2"]))
        #expect(!makefile.variablesRead.contains("LONE"))
    }

    @Test func assignmentsAreNoRecipes() {
        #expect(
            makefile.assignments.map(\.name) == [
                "obj-m", "obj-$(CONFIG_FOUR)", "KDIR", "KVERSION", "SELF", "LONE",
            ])
    }

    /// As r8168's: what a condition encloses is indented by tabs, and rules come after.
    @Test func tabsInFrontMakeACommandBelowARuleOnly() {
        let makefile = Makefile(
            path: "Makefile",
            """
            ifneq ($(KERNELRELEASE),)
            \tobj-m\t\t:= one.o
            \tifeq ($(A), y)
            \t\tone-objs += a.o
            \tendif
            else
            \tKVER\t?= $(shell uname -r)
            .PHONY: all
            all:
            \tX=1 run
            # not this
            ifeq ($(B), y)
            \tY=2 run
            endif
            Z = 3
            \tW = 4
            endif
            """)
        #expect(makefile.assignments.map(\.name) == ["obj-m", "one-objs", "KVER", "Z", "W"])
        #expect(makefile.modules == ["one"])
    }

    @Test(arguments: [
        ("Makefile", true), ("a/Kbuild", true), ("rules.mk", true), ("Makefile.in", true),
        ("configure", true),
        ("make.c", false), ("Kconfig", false),
    ])
    func filesOfMakeAreKnownByName(_ path: String, _ isOne: Bool) {
        #expect(Makefile.isOne(path) == isOne)
    }
}

@Suite struct MakeWordsTests {
    @Test func variablesAreThoseOfTheCommandThatRunsMake() {
        let words = MakeWords(index: 0, "CFLAGS=-g make 'KDIR=/lib/x' all V=1 9X=2; echo A=1")
        #expect(words.variables.map(\.name) == ["CFLAGS", "KDIR", "V"])
        #expect(words.variables.map(\.value) == ["-g", "/lib/x", "1"])
        #expect(!words.isMake)
        #expect(words.runsMake)
    }

    @Test(arguments: [
        ("make -C /lib/modules/\(ReviewedTree.release)/build M=/x", true),
        ("make -C src KVER=$kernelver", false),
        ("make KDIR=/lib/modules/\(ReviewedTree.release)/build", false),
        ("make -C ${kernel_source_dir} M=.", true),
    ])
    func kbuildReadsTheTreeWhereMakeRunsInTheKernel(_ command: String, _ runs: Bool) {
        let words = MakeWords(index: 0, command)
        #expect(words.runsInKernel == runs)
        #expect(words.namesKernel)
    }

    @Test func aKernelThatRunsIsNotTheOneAskedFor() {
        #expect(!MakeWords(index: 0, "make KVER=`uname -r`").namesKernel)
    }
}
