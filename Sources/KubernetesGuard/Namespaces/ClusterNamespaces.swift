package import Dialects
package import KubernetesAPI

/// What a cluster says of its namespaces, as far as the Pod Security Standards go.
package protocol ClusterNamespaces: Sendable {
    /// The labels of a namespace that are at hand; nil where the API server has to be asked.
    func known(_ namespace: String) -> [String: String]?

    /// The labels of a namespace, from the API server itself.
    func lookUp(_ namespace: String) async throws(APIError) -> [String: String]

    /// Hands each pod of a namespace to `judge`, or what is wrong with it, as far as bounds of number and time allow.
    ///
    /// - Returns: what `judge` made of them that is not nil, and how many pods there are that it was not shown.
    func pods<Value: Sendable>(
        in namespace: String,
        _ judge: (_ name: String, Result<Pod, PodReadingError>) -> Value?
    ) async throws(APIError) -> Listing<Value>
}

/// What is known of the labels of a review's namespace while it is judged.
enum LabelKnowledge: Sendable {
    case known([String: String])
    /// Not yet: the API server is to be asked, and the review judged again.
    case unknown
    case failed(APIError)
}
