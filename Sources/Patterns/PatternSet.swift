internal import CPatterns

/// Patterns compiled together, to be searched for in one pass over a text.
///
/// Immutable and shared: each task scans with a ``PatternScanner`` of its own. Time is linear in the text whatever the
/// patterns are: vectorscan takes nearly all of them at once, RE2 the others one by one; what needs backtracking
/// (look-around, back-references) is refused when it is compiled.
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

    /// Working memory to scan with; one for each task.
    package func makeScanner() -> PatternScanner { PatternScanner(compiled) }
}

/// The libraries' compiled forms.
// Sendable: all members are set once in `init`, and vectorscan databases and RE2 objects are documented to be
// immutable and safe to use from many threads after compilation (scratch memory is per scanner).
@safe
final class CompiledPatterns: @unchecked Sendable {
    /// An expression that only RE2 takes.
    @safe
    struct Single {
        let index: Int
        let expression: OpaquePointer
    }

    /// vectorscan's database; nil when no pattern went there.
    let database: OpaquePointer?
    /// For each pattern in the database, its position among all.
    let positions: [Int]
    let singles: [Single]

    init(_ expressions: [PatternExpression]) throws(PatternError) {
        var positions: [Int] = []
        var singles: [Single] = []
        for (index, expression) in expressions.enumerated() {
            guard expression.text.utf8.count <= PatternExpression.maximumLength else {
                Self.free(singles)
                throw PatternError(index: index, message: "longer than \(PatternExpression.maximumLength) bytes")
            }
            var error = unsafe tw_pattern_error()
            let isTaken = unsafe expression.withPattern { unsafe tw_pattern_check($0, &error) }
            if isTaken {
                positions.append(index)
                continue
            }
            let refusal = unsafe PatternError(index: index, taking: &error)
            guard let single = unsafe expression.withPattern({ unsafe tw_expression_new($0, &error) }) else {
                unsafe tw_pattern_error_free(&error)
                Self.free(singles)
                throw refusal
            }
            singles.append(unsafe Single(index: index, expression: single))
        }
        self.singles = singles
        self.positions = positions
        guard !positions.isEmpty else {
            unsafe database = nil
            return
        }
        let strings = positions.map { Array(expressions[$0].text.utf8CString) }
        var joined: [CChar] = []
        var starts: [Int] = []
        for string in strings {
            starts.append(joined.count)
            joined += string
        }
        var error = unsafe tw_pattern_error()
        let compiled = unsafe joined.withUnsafeBufferPointer { text in
            let patterns = unsafe positions.indices.map { slot in
                unsafe tw_pattern(
                    expression: text.baseAddress.map { unsafe $0 + starts[slot] },
                    flags: expressions[positions[slot]].flags
                )
            }
            return unsafe tw_patterns_new(patterns, patterns.count, &error)
        }
        unsafe database = compiled
        guard unsafe compiled != nil else {
            let slot = unsafe Int(error.index)
            throw unsafe PatternError(index: slot >= 0 ? positions[slot] : 0, taking: &error)
        }
    }

    deinit {
        if let database = unsafe database { unsafe tw_patterns_free(database) }
        Self.free(singles)
    }

    private static func free(_ singles: [Single]) {
        for single in singles { unsafe tw_expression_free(single.expression) }
    }
}

extension PatternExpression {
    func withPattern<Result>(_ body: (UnsafePointer<tw_pattern>) -> Result) -> Result {
        unsafe text.withCString { text in
            var pattern = unsafe tw_pattern(expression: text, flags: flags)
            return unsafe body(&pattern)
        }
    }
}
