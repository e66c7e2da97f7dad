internal import Glibc

/// Users and groups of this host, by name or number.
enum Accounts {
    static func user(_ name: String) throws(RelayError) -> uid_t {
        if let number = uid_t(name) { return number }
        guard let entry = unsafe getpwnam(name) else { throw RelayError(.listen, "there is no user \(name)") }
        return unsafe entry.pointee.pw_uid
    }

    static func group(_ name: String) throws(RelayError) -> gid_t {
        if let number = gid_t(name) { return number }
        guard let entry = unsafe getgrnam(name) else { throw RelayError(.listen, "there is no group \(name)") }
        return unsafe entry.pointee.gr_gid
    }
}
