internal import Deployments
package import Dialects

extension RawRecord {
    /// What stands before a record and is none of it, more NULs than any binary field begins with.
    private static let minimumNULs = 16

    /// The record behind the NULs that it begins with, and how many they are; nil for a record of nothing else.
    ///
    /// A log that is cut while its writer goes on (logrotate's copytruncate) has as many NULs as were cut off, with the
    /// next record right behind them.
    package func withoutLeadingNULs() -> (record: RawRecord?, count: Int) {
        guard unsafe bytes.first == 0 else { return (self, 0) }
        let count = unsafe bytes.firstIndex { $0 != 0 } ?? bytes.count
        guard count >= Self.minimumNULs else { return (self, 0) }
        return (dropping(count), count)
    }

    /// The record without the mark that UTF-8 text may begin with; nil where that is all.
    package func withoutByteOrderMark() -> RawRecord? {
        let mark = FormatDetection.byteOrderMark
        guard position.offset == 0, unsafe bytes.starts(with: mark) else { return self }
        return dropping(mark.count)
    }

    private func dropping(_ count: Int) -> RawRecord? {
        guard unsafe count < bytes.count else { return nil }
        var position = position
        position.offset += count
        return unsafe RawRecord(
            bytes: UnsafeRawBufferPointer(rebasing: bytes[count...]),
            position: position,
            defects: defects
        )
    }
}
