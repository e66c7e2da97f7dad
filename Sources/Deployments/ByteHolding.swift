extension String {
    /// Whether the bytes of `needle` stand in it.
    ///
    /// By bytes, where `contains` compares characters and takes fifty times as long.
    func holds(_ needle: StaticString) -> Bool {
        let (first, count) = unsafe (needle.utf8Start.pointee, needle.utf8CodeUnitCount)
        let found = unsafe utf8.withContiguousStorageIfAvailable { text -> Bool in
            guard text.count >= count else { return false }
            for start in 0...(text.count - count) where unsafe text[start] == first {
                var offset = 1
                while offset < count, unsafe text[start + offset] == needle.utf8Start[offset] { offset += 1 }
                if offset == count { return true }
            }
            return false
        }
        return found ?? contains("\(needle)")
    }
}
