// swift-format-ignore-file
// Made by `make templates` from templates/rpm-source/; edit those files, not this one.

extension EmbeddedTemplates {
    static let rpmSource: [(name: String, text: String)] = [
        (
            name: "rpm-source/spec",
            text: #"""
# Builds @NAME@ and what comes with it: the source of a kernel module for /usr/src, and the scriptlets that have dkms or
# mkdkms build it on the user's machine. Nothing is compiled here.
%global debug_package %{nil}
# The files have to arrive as they are: no shebang is rewritten, nothing is stripped or compressed.
%global __os_install_post %{nil}
%global _build_id_links none

Name: @NAME@
Version: @VERSION@
Release: @RELEASE@
Summary: @SUMMARY@
License: @LICENSE@
Group: @GROUP@
@TAGS@
@SOURCES@
@ARCHITECTURE@
# Scripts of the tree run where the module is built, which dkms sees to.
AutoReqProv: no
@RELATIONS@

%description
@DESCRIPTION@
@PACKAGES@

%prep
%setup -q -n @FOLDER@

%build
# dkms builds the module, for each kernel of the machine it is installed on.

%install
mkdir -p %{buildroot}/usr/src
cp -a . %{buildroot}/usr/src/@FOLDER@
@INSTALL@
@SCRIPTLETS@

@FILES@
%changelog
@CHANGELOG@

"""#
        ),
    ]
}
