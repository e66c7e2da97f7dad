#if Guard
    internal import KubernetesAPI

    /// Puts in force what a ConfigMap says, whenever that changes.
    struct WatchedPolicy: Sendable {
        let name: NamespacedName
        let client: APIClient
        /// What is in force.
        let files: PolicyFiles
        let messages: ServiceMessages

        /// Watches until the task is cancelled.
        ///
        /// - Parameter replace: puts another in force, or tells what is wrong with it and leaves all as it was.
        func run(_ replace: @Sendable (PolicyFiles) async -> Void) async {
            var seen = files
            let reflector = Reflector(.configMaps(in: name.namespace), .named(name.name), at: client) {
                PolicyFiles.texts(of: $0)
            }
            await reflector.run { change in
                let texts: [String: String]?
                switch change {
                case .all(let all): texts = all.values.first
                case .changed(_, let changed): texts = changed
                case .removed: texts = nil
                case .failed(let error, again: let wait):
                    let seconds = max(1, wait.components.seconds)
                    messages.say("\(files.place) cannot be watched, which is tried again in \(seconds) s: \(error)")
                    return
                }
                guard let texts else {
                    return messages.say("\(files.place) is gone; the policy stays the one from before")
                }
                let new = PolicyFiles(name, texts)
                guard new != seen else { return }
                seen = new
                await replace(new)
            }
        }
    }
#endif
