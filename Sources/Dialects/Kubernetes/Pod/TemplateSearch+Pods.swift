internal import Deployments
internal import JSON

// How a search by shape hands what it finds to whoever makes typed pods.
extension TemplateSearch {
    /// Hands a container to whoever makes typed pods.
    func gather(
        _ container: JSONValue,
        _ role: Role,
        _ defaults: JSONValue?,
        isLevel: Bool,
        into gathering: PodGathering
    ) {
        var levels = around[...]
        // A container that is an object of its own has its pod around it, unless nothing is.
        if isLevel, levels.count > 1 { levels.removeLast() }
        var nameOfMember = ""
        if isLevel, case .name(let name) = trail.last { nameOfMember = String(name) }
        let surroundings = levels.map { level in
            var isTemplateSpec = false
            if level.depth > 1, case .name(let name) = trail[level.depth - 1] { isTemplateSpec = name == "spec" }
            let place = place(trail[..<level.depth])
            return PodGathering.Surrounding(object: level.object, path: place, isTemplateSpec: isTemplateSpec)
        }
        gathering.add(
            PodGathering.Found(
                value: container,
                role: role,
                path: place(trail[...]),
                nameOfMember: nameOfMember,
                defaults: defaults
            ),
            in: surroundings
        )
    }

    /// Where steps lead, as people write it: `spec.templates[1].container`.
    func place(_ steps: ArraySlice<Step>) -> String {
        var place = outerPlace
        var isFirst = true
        for step in steps {
            switch step {
            case .name(let name): place += (isFirst ? "" : ".") + String(name)
            case .position(let index): place += "[\(index)]"
            }
            isFirst = false
        }
        return place
    }

    /// Says that something is not looked at where the search is, so that no pod of the object can be judged.
    func refuse(_ problem: String) { gathering?.refuse(problem, at: place(trail[...])) }
}
