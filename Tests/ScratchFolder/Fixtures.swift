package import SystemPackage

/// The folder of the fixtures.
package let fixtures = FilePath(#filePath).removingLastComponent().removingLastComponent()
    .removingLastComponent().appending("Fixtures")

/// A dkms.conf that has nothing wrong with it, for tests to add to.
package let sound = """
    PACKAGE_NAME="hello"
    PACKAGE_VERSION="1.5.0"
    BUILT_MODULE_NAME[0]="hello"
    DEST_MODULE_LOCATION[0]="/updates"

    """
