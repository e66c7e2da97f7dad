internal import CPatterns

/// Scans texts for a set of patterns, with working memory of its own: for one task.
@safe
package final class PatternScanner {
    private let compiled: CompiledPatterns
    private let scratch: OpaquePointer?
    private let matched: UnsafeMutableBufferPointer<UInt32>

    init(_ compiled: CompiledPatterns) {
        self.compiled = compiled
        unsafe scratch = unsafe compiled.handle.flatMap { unsafe tw_scratch_new($0) }
        unsafe matched = .allocate(capacity: max(1, compiled.count))
        if unsafe compiled.handle != nil, unsafe scratch == nil {
            preconditionFailure("out of memory: no room to scan for patterns")
        }
    }

    deinit {
        if let scratch = unsafe scratch { unsafe tw_scratch_free(scratch) }
        unsafe matched.deallocate()
    }

    /// Calls `found` with the position of each pattern that `text` matches, each once.
    package func scan(_ text: UnsafeBufferPointer<UInt8>, _ found: (Int) -> Void) {
        guard let handle = unsafe compiled.handle, let scratch = unsafe scratch else { return }
        let count = unsafe tw_patterns_scan(handle, scratch, text.baseAddress, text.count, matched.baseAddress)
        // A scan fails only when the library is misused: a scratch of another database or in use twice.
        precondition(count >= 0, "vectorscan refused to scan")
        for slot in 0..<count { found(Int(unsafe matched[slot])) }
    }
}
