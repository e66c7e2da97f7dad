/// What a thread can do that is not root's.
enum Powerless {
    /// Takes all capabilities from the calling thread, and from no other, for good.
    static func dropPowers() -> Bool {
        // _LINUX_CAPABILITY_VERSION_3, and this thread; then none effective, permitted or inheritable, in two words each.
        let header: [UInt32] = [0x2008_0522, 0]
        let none = [UInt32](repeating: 0, count: 6)
        return unsafe capset(header, none) == 0
    }
}

/// capset(2), which Swift does not see.
@_silgen_name("capset")
private func capset(_ header: UnsafePointer<UInt32>, _ data: UnsafePointer<UInt32>) -> Int32
