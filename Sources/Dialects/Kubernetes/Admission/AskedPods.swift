package import Deployments
internal import JSON

/// The pods that a review asks for, in their typed form.
package struct AskedPods: Sendable {
    /// How a request asks for pods.
    package enum Form: Sendable {
        /// By a pod.
        case pod
        /// By an object that holds templates, of which a controller makes pods later.
        case template
    }

    /// The object without any container.
    package var deployment: ContainerDeployment
    package var pods: [Pod]
    /// Whether more changed than what the Pod Security Standards say nothing of; true for what is new.
    package var isSignificant: Bool
}

extension AdmissionReview {
    /// Parts of a pod that hold none (pod-security-admission, admission/admission.go, `ignoredPodSubresources`).
    ///
    /// Any other part is taken for a pod, so that one of a later Kubernetes is no way around.
    private static let partsWithoutPod: Set<String> = [
        "attach", "binding", "eviction", "exec", "log", "portforward", "proxy", "status",
    ]

    /// How the request asks for pods; nil for what holds none.
    package var podForm: AskedPods.Form? {
        guard let object, request.operation == .create || request.operation == .update else { return nil }
        if request.resource.name == "pods", request.resource.group.isEmpty {
            return request.subresource.map(Self.partsWithoutPod.contains) == true ? nil : .pod
        }
        let isObject = request.subresource == nil && reading.isByObject && !WorkloadReader.isNoWorkload(object)
        return isObject ? .template : nil
    }

    /// The object that is asked for, without any container; nil where there is none.
    package var deployment: ContainerDeployment? { object.flatMap(reading.deployment) }

    /// The pods that the request asks for; nil for what holds none.
    ///
    /// - Throws: the first field of a wrong type.
    package func askedPods() throws(PodReadingError) -> AskedPods? {
        guard let form = podForm, let object, let deployment else { return nil }
        let pods = try Self.pods(in: object, form, deployment)
        guard !pods.isEmpty else { return nil }
        return AskedPods(
            deployment: deployment,
            pods: pods,
            isSignificant: old.map { Self.differ(pods, from: $0, form, deployment) } ?? true
        )
    }

    private static func pods(
        in object: JSONValue,
        _ form: AskedPods.Form,
        _ deployment: ContainerDeployment
    ) throws(PodReadingError) -> [Pod] {
        guard form == .pod else { return try WorkloadReader.pods(in: object, base: deployment) }
        guard let kind = object["kind"]?.text, kind == "Pod" else {
            throw PodReadingError(path: "kind", problem: "a pod is needed")
        }
        return try NativeWorkload.pod(in: object, at: []).map { [$0] } ?? []
    }

    private static func differ(
        _ pods: [Pod],
        from old: JSONValue,
        _ form: AskedPods.Form,
        _ deployment: ContainerDeployment
    ) -> Bool {
        // What cannot be read may have been anything.
        guard let standing = try? Self.pods(in: old, form, deployment) else { return true }
        return pods.map(\.essence) != standing.map(\.essence)
    }
}

extension Pod {
    /// The pod without the annotations that no check has ever minded.
    ///
    /// An update that leaves this alone is none to judge. Upstream looks at images, at the number of containers and at
    /// these annotations, since nothing else that its checks mind could change when it was written (admission.go,
    /// `isSignificantPodUpdate`); here it is every field that a check minds.
    fileprivate var essence: Pod {
        var pod = self
        pod.annotations = annotations.filter { name, _ in
            name == "seccomp.security.alpha.kubernetes.io/pod"
                || name.hasPrefix("container.seccomp.security.alpha.kubernetes.io/")
        }
        pod.annotationsPath = ""
        return pod
    }
}
