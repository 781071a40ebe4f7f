// swift-format-ignore-file
// Made by `make templates` from templates/alpine/; edit those files, not this one.

extension EmbeddedTemplates {
    static let alpine: [(name: String, text: String)] = [
        (
            name: "alpine/AKMBUILD",
            text: #"""
modname=@NAME@
modver=@VERSION@
built_modules=@MODULES@
@BUILD@

"""#
        ),
        (
            name: "alpine/APKBUILD",
            text: #"""
# Maintainer: @MAINTAINER_TEXT@
pkgname=@PACKAGE@
pkgver=@VERSION@
pkgrel=@REVISION@
pkgdesc=@SUMMARY@
url=@HOMEPAGE@
arch=@ARCH@
license=@LICENSE@
# akms builds the module when it sees the tree in /usr/src.
depends="akms"
source=@SOURCES@
builddir="$srcdir/"@FOLDER@
# There is nothing to build and nothing to try before akms has a kernel.
options="!check"

package() {
	mkdir -p "$pkgdir/usr/src"
	cp -a "$builddir" "$pkgdir/usr/src/"
	install -m 0644 "$srcdir/AKMBUILD" "$pkgdir/usr/src/"@FOLDER@"/AKMBUILD"@INSTALL@
}

sha512sums=@DIGESTS@

"""#
        ),
    ]
}
