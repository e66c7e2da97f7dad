extension Sequence where Element: Sendable {
    /// What some work comes to for each element, in their order, so many at once.
    func mapped<Outcome: Sendable>(
        width: Int,
        _ work: @escaping @Sendable (Element) async -> Outcome
    ) async -> [Outcome] {
        await withTaskGroup(of: (Int, Outcome).self) { tasks in
            var found: [(Int, Outcome)] = []
            for (index, element) in enumerated() {
                if index >= width, let done = await tasks.next() { found.append(done) }
                tasks.addTask { (index, await work(element)) }
            }
            for await done in tasks { found.append(done) }
            return found.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}
