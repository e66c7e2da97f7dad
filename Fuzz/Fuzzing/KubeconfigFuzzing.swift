import KubernetesAPI

/// A kubeconfig: it is one, of which each context leads to a server over TLS or to a reason; or what is wrong has a place.
enum KubeconfigFuzzing {
    static func run(_ bytes: UnsafeRawBufferPointer) {
        let text = String(decoding: bytes, as: UTF8.self)
        let (kubeconfig, diagnostics) = Kubeconfig.read(text, file: "fuzz")
        guard let kubeconfig else {
            precondition(diagnostics.contains { $0.severity == .error && $0.place.file == "fuzz" && $0.place.line > 0 })
            return
        }
        for context in kubeconfig.contexts.keys {
            do throws(APIError) {
                let server = try kubeconfig.server(context: context, file: "fuzz")
                precondition(server.url.hasPrefix("https://") && server.isVerified)
            } catch {
                precondition(error.code == .configuration && !error.message.isEmpty)
            }
        }
    }
}
