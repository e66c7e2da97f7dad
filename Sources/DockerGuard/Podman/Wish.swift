internal import Dialects

/// Something that Podman's bodies ask for and a Docker create has no word for.
struct Wish: Equatable {
    var part: ProfilePart
    /// What opens the part for it; nil where only the whole does.
    var value: String?
    var place: String
    var message: String
    /// Whether the strict profile alone minds it, though the part is in baseline too.
    var isStrictOnly = false
}

extension ContainerAsk {
    /// A body of Podman's own, held against the profile as the create of Docker's that asks for the same.
    ///
    /// - Parameters:
    ///   - schema: which of Podman's bodies it is.
    ///   - pod: what of the pod's it takes up where it says nothing else; nil without one.
    init(specGenerator spec: CanonicalValue, as schema: BodySchema = .specGenerator, pod: PodmanCreate.Pod? = nil) {
        let create = PodmanCreate(spec, pod: pod)
        self.init(body: create.body, origin: .request)
        places = create.places
        hostPaths = create.hostPaths
        wishes = SpecGeneratorWishes(in: spec, as: schema).wishes
    }
}
