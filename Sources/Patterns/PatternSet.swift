internal import CPatterns

/// Patterns compiled together, to be searched for in one pass over a text.
///
/// Immutable and shared: each task scans with a ``PatternScanner`` of its own. Time is linear in the text whatever the
/// patterns are: vectorscan finds all literals at once, and with them those that an expression cannot match without;
/// RE2 runs only the expressions whose literals were found (Docs/Decisions/0005). What needs backtracking (look-around,
/// back-references) is refused when it is compiled.
package struct PatternSet: Sendable {
    let compiled: CompiledPatterns
    /// How many patterns there are.
    package let count: Int

    /// Compiles `patterns`; scanners report them by their position here.
    ///
    /// - Throws: ``PatternError`` naming the first that neither library takes.
    package init(_ patterns: [Pattern]) throws(PatternError) {
        count = patterns.count
        compiled = try CompiledPatterns(patterns.map(PatternExpression.init))
    }

    /// Checks one pattern, at a small part of the cost of compiling it.
    ///
    /// - Throws: ``PatternError`` when neither library takes it.
    package static func check(_ pattern: Pattern) throws(PatternError) {
        let expression = PatternExpression(pattern)
        try expression.checkLength(index: 0)
        var error = unsafe tw_pattern_error()
        let isTaken = unsafe expression.bytes.withUnsafeBufferPointer { text in
            var pattern = unsafe tw_pattern(
                text: text.baseAddress,
                count: text.count,
                flags: expression.flags,
                is_literal: expression.isLiteral
            )
            return unsafe tw_pattern_check(&pattern, &error)
        }
        guard isTaken else { throw unsafe PatternError(index: 0, taking: &error) }
    }

    /// Working memory to scan with; one for each task.
    package func makeScanner() -> PatternScanner { PatternScanner(compiled) }
}

/// The libraries' compiled forms.
@safe
final class CompiledPatterns: Sendable {
    /// Nil when there are no patterns.
    // Shared between tasks: set once in `init`, and vectorscan databases and RE2 objects are documented to be immutable
    // and safe to use from many threads after compilation (scratch memory is per scanner).
    nonisolated(unsafe) let handle: OpaquePointer?
    let count: Int

    init(_ expressions: [PatternExpression]) throws(PatternError) {
        count = expressions.count
        guard !expressions.isEmpty else {
            unsafe handle = nil
            return
        }
        for (index, expression) in expressions.enumerated() { try expression.checkLength(index: index) }
        // One run of memory for all texts, each ended by a NUL.
        var joined: [UInt8] = []
        var starts: [Int] = []
        for expression in expressions {
            starts.append(joined.count)
            joined += expression.bytes
            joined.append(0)
        }
        var error = unsafe tw_pattern_error()
        let compiled = unsafe joined.withUnsafeBufferPointer { text in
            let patterns = unsafe expressions.indices.map { index in
                unsafe tw_pattern(
                    text: text.baseAddress.map { unsafe $0 + starts[index] },
                    count: expressions[index].bytes.count,
                    flags: expressions[index].flags,
                    is_literal: expressions[index].isLiteral
                )
            }
            return unsafe tw_patterns_new(patterns, patterns.count, &error)
        }
        unsafe handle = compiled
        guard unsafe compiled != nil else {
            throw unsafe PatternError(index: max(0, Int(error.index)), taking: &error)
        }
    }

    deinit {
        if let handle = unsafe handle { unsafe tw_patterns_free(handle) }
    }
}
