/// What has to change in how a management application is started.
struct ContainerChanges: Sendable, Equatable {
    /// Flags to take away, by name without dashes.
    var removedFlags: Set<String> = []
    /// Arguments to add at the end.
    var addedArguments: [String] = []
    /// Variables to take away.
    var removedVariables: Set<String> = []
    /// Variables to set.
    var variables: [String: String] = [:]

    /// Flags of those that checks take away whose value may stand in the next argument.
    static let withValue: Set = ["auth-mode", "insecure-bind-address", "audit-level"]

    var isEmpty: Bool {
        removedFlags.isEmpty && addedArguments.isEmpty && removedVariables.isEmpty && variables.isEmpty
    }

    /// Arguments as they are to be.
    func applied(to arguments: [String]) -> [String] {
        var kept: [String] = []
        var isValueGone = false
        for argument in arguments {
            if isValueGone, !argument.hasPrefix("-") {
                isValueGone = false
                continue
            }
            isValueGone = false
            let parts = argument.drop { $0 == "-" }.split(separator: "=", maxSplits: 1)
            let name = parts.first.map { String($0).replacing("_", with: "-") } ?? ""
            if argument.hasPrefix("-"), removedFlags.contains(name) {
                isValueGone = parts.count == 1 && !argument.contains("=") && Self.withValue.contains(name)
            } else {
                kept.append(argument)
            }
        }
        return kept
    }

    /// A container of a pod's template as it is to be.
    func applied(to container: Document) -> Document {
        var changed = container
        for name in ["command", "args"] {
            guard let words = container[name]?.texts, !words.isEmpty else { continue }
            changed = changed.setting(.list(applied(to: words).map { .text($0) }), at: [name])
        }
        if !addedArguments.isEmpty {
            // Arguments come behind the command's where there are no others.
            let name = changed["args"] == nil && changed["command"] != nil ? "command" : "args"
            let words = (changed[name]?.elements ?? []) + addedArguments.map { .text($0) }
            changed = changed.setting(.list(words), at: [name])
        }
        let gone = removedVariables.union(variables.keys)
        guard !gone.isEmpty else { return changed }
        let kept = (changed["env"]?.elements ?? []).filter { $0["name"]?.text.map { !gone.contains($0) } ?? true }
        let set = variables.sorted { $0.key < $1.key }.map { name, value -> Document in
            ["name": .text(name), "value": .text(value)]
        }
        return changed.setting(.list(kept + set), at: ["env"])
    }
}

extension ManagementWorkload {
    /// The object with its pods' template and its application's container changed, as people apply it.
    func manifest(
        template change: (Document) -> Document = { $0 },
        container changeContainer: (Document) -> Document
    ) -> Document {
        template.manifest(template: change) { $0 == container ? changeContainer($0.document) : $0.document }
    }

    /// Whether Helm made it, which would undo what others change.
    var isOfHelm: Bool {
        object.labels["app.kubernetes.io/managed-by"] == "Helm" || object.labels["heritage"] == "Helm"
            || object.annotations["meta.helm.sh/release-name"] != nil
    }
}

extension RunningApplication {
    /// What has it start differently.
    ///
    /// - Parameter ports: those that an engine publishes in others' places.
    func fix(
        _ title: String,
        _ changes: ContainerChanges,
        ports: [ContainerRecreation.MovedPort] = [],
        caution: String? = nil
    ) -> Fix {
        switch place {
        case .workload(let workload):
            if workload.words.contains("-c") {
                let steps = steps("the script of \(subject)", changes)
                return Fix(title, [.steps(steps)], caution: caution)
            }
            return Fix(title, [.manifest(workload.manifest { changes.applied(to: $0) })], caution: caution)
        case .container(let container):
            guard !container.words.contains("-c"),
                let again = ContainerRecreation(container, program: changes, ports: ports)
            else {
                return steps(title, changes, caution: caution)
            }
            let cautions = [caution, ContainerRecreation.caution].compactMap { $0 }
            return Fix(title, [.container(again)], caution: cautions.joined(separator: "; "))
        case .process(let process):
            let set = changes.addedArguments.compactMap { argument -> (String, String)? in
                let parts = argument.split(separator: "=", maxSplits: 1)
                return parts.first.map { (String($0), parts.count == 2 ? String(parts[1]) : "true") }
            }
            return Fix(
                title,
                [
                    .arguments(
                        program: process.name,
                        set: Dictionary(set) { _, last in last },
                        removed: changes.removedFlags.sorted().map { "--\($0)" }
                    )
                ],
                caution: caution
            )
        }
    }

    /// The same as steps, for a container of an engine that needs more than it is given.
    func steps(_ title: String, _ changes: ContainerChanges, caution: String?) -> Fix {
        let steps = steps("its docker run or Compose file", changes)
        return Fix(title, [.steps(["stop and remove \(subject)"] + steps)], caution: caution)
    }

    private func steps(_ place: String, _ changes: ContainerChanges) -> [String] {
        changes.removedFlags.sorted().map { "in \(place), take away `--\($0)`" }
            + changes.addedArguments.map { "in \(place), add the argument `\($0)`" }
            + changes.removedVariables.sorted().map { "in \(place), take away the variable `\($0)`" }
            + changes.variables.sorted { $0.key < $1.key }.map {
                "in \(place), set the variable `\($0.key)=\($0.value)`"
            }
    }
}
