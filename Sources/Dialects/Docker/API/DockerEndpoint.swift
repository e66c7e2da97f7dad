/// An endpoint of the Docker Engine API.
///
/// Raw values are method and path as the API's documentation writes them.
package enum DockerEndpoint: String, Sendable, CaseIterable {
    case ping = "GET /_ping"
    case containerCreate = "POST /containers/create"
    case containerStart = "POST /containers/{id}/start"
}
