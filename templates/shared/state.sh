# Where scriptlets of one transaction leave word for each other.
STATE=/var/lib/rpm-state
