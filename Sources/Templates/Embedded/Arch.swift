// swift-format-ignore-file
// Made by `make templates` from templates/arch/; edit those files, not this one.

extension EmbeddedTemplates {
    static let arch: [(name: String, text: String)] = [
        (
            name: "arch/PKGBUILD",
            text: #"""
# Maintainer: @MAINTAINER_TEXT@
pkgname=@PACKAGE@
pkgver=@VERSION@
pkgrel=@REVISION@
pkgdesc=@SUMMARY@
arch=(@ARCH@)
url=@HOMEPAGE@
license=(@LICENSE@)
# pacman's hook of dkms builds the module; headers are the kernel's own affair.
depends=('dkms')
provides=(@PROVIDES@)
backup=(@BACKUP@)
source=(@SOURCES@)
sha256sums=(@DIGESTS@)

package() {
	install -d "$pkgdir/usr/src"
	cp -a --no-preserve=ownership "$srcdir/"@FOLDER@ "$pkgdir/usr/src/"@INSTALL@
}

"""#
        ),
    ]
}
