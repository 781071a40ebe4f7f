# `make demo` and `make test` are all that a newcomer needs; `make help` lists the rest.

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
DKMS_SOURCE ?=
DKMS_TREES ?=
# The binary that `make install` installs; unset, the release binary is built and taken.
MKDKMS ?=
SUITE ?=
BLOCK ?=
DKMS ?=
COUNT ?=
SEED ?=
SHARED ?=

# A program's memory begins with the pages of its file that it touches, and the kernel maps the sixteen around each. So the
# functions that small runs use stand together, in the order of $(ORDER), which `make order` writes anew; each needs a
# section of its own for that. The addresses to be relocated are packed where the C library knows how (glibc 2.36), no
# names are exported, and symbols, which would double the size of the file, are left out.
ORDER := Sources/System/startup.order
SYMBOLS := -s
LIBC := $(lastword $(shell getconf GNU_LIBC_VERSION))
PACKED := $(shell printf '%s\n' 2.36 '$(LIBC)' | sort -VC && echo -Xlinker -z -Xlinker pack-relative-relocs)
RELEASE_FLAGS := -c release --static-swift-stdlib -Xswiftc -Xfrontend -Xswiftc -function-sections -Xswiftc -use-ld=lld \
	-Xlinker --no-export-dynamic -Xlinker --symbol-ordering-file='$(CURDIR)/$(ORDER)' -Xlinker --no-warn-symbol-ordering \
	$(PACKED) $(SYMBOLS:%=-Xlinker %) --product mkdkms
RELEASE := .build/release/mkdkms
SHELL_FILES := $(wildcard Tests/setup Tests/startup-order Tests/apt-folder.sh Tests/kernels Tests/run Tests/lint Tests/Conformance/run .ci/run templates/*.sh) \
	$(wildcard Tests/EndToEnd/run Tests/EndToEnd/*.sh Tests/Bench/*.sh Tests/Corpus/*.sh)

.DEFAULT_GOAL := help
.PHONY: help setup build demo test unit e2e lint templates order bench vm interop paths corpus conformance crash install uninstall clean

help:
	@echo 'make demo       install what is missing, build, turn Fixtures/hello-1.5.0 into six artifacts in demo/'
	@echo 'make test       install what the tests need and run them all, unit and end-to-end'
	@echo 'make build      the release binary, $(RELEASE); SHARED=1 links no library into it but what Swift needs'
	@echo 'make unit       the unit tests'
	@echo 'make e2e        the end-to-end tests; ONLY="deb-install json" runs some of them'
	@echo 'make lint       swift format, and shellcheck over every script and template'
	@echo 'make templates  regenerate the templates embedded in the binary'
	@echo 'make order      write $(ORDER) anew: which functions small runs use, as valgrind saw them'
	@echo 'make bench      measure against the named peers and write docs/benchmarks.md; SUITE=path of a dkms v3.4.3 checkout'
	@echo '                times its suite, DKMS_SOURCE=path takes that dkms as the peer, ONLY="status conf" runs some rows'
	@echo 'make vm         in a VM under Secure Boot: signed and unsigned modules, and the engine from add to remove (VMTEST=path)'
	@echo 'make interop    exchange tarballs and trees with dkms 2.8.7 and 3.4.3 (DKMS_SOURCE=path of a dkms checkout)'
	@echo 'make paths      every upgrade path of the packages with every engine; DKMS_TREES="DIR…" adds built trees of other dkms versions'
	@echo 'make install    the release binary into $$(DESTDIR)$$(PREFIX)/bin, with its kernel hooks and boot unit; DKMS=1 also as'
	@echo '                dkms; HOOKS=debian|redhat|systemd|all|none chooses hooks (docs/engine-install.md)'
	@echo 'make uninstall  remove what make install put there'
	@echo 'make corpus     read the dkms.conf of every *-dkms package of Debian without a shell and by bash, and compare'
	@echo 'make conformance  run the suite of a dkms v3.4.3 checkout against mkdkms as dkms (SUITE=path, BLOCK=name, DKMS=another)'
	@echo 'make crash      kill the engine at 100 random moments (COUNT=n SEED=n)'
	@echo 'make clean      remove what was built'

setup:
	@Tests/setup build

# Libraries whose archives are all installed are linked in: shared ones take longer to load than a small run takes, and
# libarchive's loads six more. SHARED=1 links the shared ones, for a distribution that mends them in one place. Debian's
# libzstd.a knows no threads.
ARCHIVES := libarchive libbz2 libcrypto liblzma libyaml libz
MISSING_ARCHIVES = $(strip $(foreach name,$(ARCHIVES),$(if $(filter /%,$(shell gcc -print-file-name=$(name).a)),,$(name))))
STATIC_LIBRARIES = $(if $(SHARED)$(MISSING_ARCHIVES),,PKG_CONFIG_PATH='$(CURDIR)/Sources/System/pkgconfig')

# The same goes for libstdc++, of which the program needs little and the loader has to resolve thousands of symbols. The
# linker takes the archive only from a folder without the shared library.
LIBSTDCXX = $(filter /%,$(shell gcc -print-file-name=libstdc++.a))
STATIC_LIBSTDCXX = $(if $(LIBSTDCXX),-Xlinker -L'$(CURDIR)/.build/static')

build: setup
	@mkdir -p .build/static
	@[ '$(RELEASE)' -nt '$(ORDER)' ] || rm -f '$(RELEASE)'
	@$(if $(LIBSTDCXX),ln -sf '$(LIBSTDCXX)' .build/static/)
	$(STATIC_LIBRARIES) $(SWIFT) build $(RELEASE_FLAGS) $(STATIC_LIBSTDCXX)

demo: build
	@kernel=$$(Tests/kernels | head -n 1); \
	rm -rf demo; \
	set -ex; \
	$(RELEASE) release Fixtures/hello-1.5.0 -k "$$kernel" -o demo; \
	{ set +x; } 2>/dev/null; \
	for artifact in demo/*.dkms.tar.* demo/*-bundle-*.tar.* demo/*.deb demo/*.rpm; do \
		echo; echo "+ $(RELEASE) inspect $$artifact"; \
		$(RELEASE) inspect "$$artifact"; \
	done

test:
	@Tests/setup test
	@SWIFT="$(SWIFT)" Tests/run

unit:
	@Tests/setup test
	$(SWIFT) test --disable-xctest --explicit-target-dependency-import-check error

e2e:
	@Tests/setup test
	@SWIFT="$(SWIFT)" Tests/run e2e $(ONLY)

lint:
	@Tests/setup test
	@SWIFT="$(SWIFT)" Tests/lint $(SHELL_FILES)

templates:
	templates/embed.sh Sources/Templates/Embedded

# An object as a compiler without these flags left it would be kept: all are made anew.
order:
	@Tests/setup order
	rm -rf "$$(readlink -f .build/release)"
	@$(MAKE) build SYMBOLS='-S --no-demangle -Map=.build/mkdkms.map'
	Tests/startup-order $(RELEASE) .build/mkdkms.map >.build/startup.order
	mv .build/startup.order $(ORDER)
	rm $(RELEASE)
	@$(MAKE) build

bench: build
	@Tests/setup bench
	MKDKMS=$(RELEASE) DKMS_SOURCE="$(DKMS_SOURCE)" SUITE="$(SUITE)" Tests/Bench/bench.sh $(ONLY)

vm: build
	MKDKMS=$(RELEASE) Tests/EndToEnd/vm.sh

interop: build
	@Tests/setup test
	MKDKMS=$(RELEASE) DKMS_SOURCE="$(DKMS_SOURCE)" Tests/EndToEnd/interop.sh

paths: build
	@Tests/setup test
	MKDKMS=$(RELEASE) FULL=1 DKMS_TREES="$(DKMS_TREES)" Tests/EndToEnd/run deb-paths rpm-paths dnf-paths

corpus: build
	@Tests/setup test
	MKDKMS=$(RELEASE) Tests/Corpus/corpus.sh

# SUITE is a checkout of dkms v3.4.3; DKMS names another program than ours, to see what that makes of the suite.
conformance: $(if $(DKMS),,build)
	@Tests/setup test
	MKDKMS=$(RELEASE) SUITE="$(SUITE)" $(if $(DKMS),DKMS="$(DKMS)") BLOCK="$(BLOCK)" Tests/Conformance/run

crash: build
	@Tests/setup test
	MKDKMS=$(RELEASE) COUNT="$(or $(COUNT),100)" SEED="$(SEED)" Tests/EndToEnd/run engine-crash

# Folders that are not set have their defaults in the script.
INSTALL = DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' SYSCONFDIR='$(SYSCONFDIR)' MODDIR='$(MODDIR)' LIBDIR='$(LIBDIR)' \
	DKMSLIBDIR='$(DKMSLIBDIR)' UNITDIR='$(UNITDIR)' KERNELINSTALLDIR='$(KERNELINSTALLDIR)' HOOKS='$(HOOKS)' DKMS='$(DKMS)' \
	templates/engine/install

install: $(if $(MKDKMS),,build)
	@$(INSTALL) $(or $(MKDKMS),$(RELEASE))

uninstall:
	@$(INSTALL) --uninstall

clean:
	rm -rf .build demo .test
