/// The rules compiled into the binary.
package enum BuiltInRules {
    /// Path below the project and text of every built-in rule, in the order of their paths.
    package static var sources: [(path: String, yaml: String)] {
        BuiltInRuleSources.all.map { (path: $0.path, yaml: $0.text) }
    }
}
