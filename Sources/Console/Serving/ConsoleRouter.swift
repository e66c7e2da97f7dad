internal import Deployments
internal import HTTPTypes
internal import Hummingbird
internal import Ledger
internal import NIOCore

/// Which address shows what.
struct ConsoleRouter: Sendable {
    typealias Context = BasicRequestContext

    let ledger: Ledger
    let standing: StandingRules
    let templates: Templates
    let guarding: RequestGuard
    /// How watch's sources do, where this process watches.
    let sources: (@Sendable () -> [SourceState])?
    /// What time it is.
    let clock: @Sendable () -> Timestamp

    var rules: RuleCatalogue { standing.catalogue }

    /// The longest body of a form: a note, with room for its encoding.
    static let formBytes = 3 * Ledger.maximumNote + 4_096

    /// What answers requests.
    func responder() -> some HTTPResponder<Context> {
        let router = Router(context: Context.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: ConsoleMiddleware(router: self))
        addPages(to: router)
        addPrograms(to: router)
        return router.buildResponder()
    }

    private func addPages(to router: Router<Context>) {
        router.get("/") { request, _ in try await overview(request) }
        router.get("/findings") { request, _ in try await findings(request) }
        router.get("/findings/:id") { request, context in try await finding(context.id, request) }
        router.post("/findings/:id/state") { request, context in try await setState(context.id, request) }
        router.get("/deployments") { request, _ in try await deployments(request) }
        router.get("/compare") { request, _ in try await compare(request) }
        router.get("/deployments/:id") { request, context in try await deployment(context.id, request) }
        router.get("/rules") { request, _ in try await allRules(request) }
        router.get("/rules/:id") { request, context in try await rule(context.id, request) }
        router.get("/assets/:id") { request, context in try asset(context.id, request) }
    }

    private func addPrograms(to router: Router<Context>) {
        router.get("/live") { request, _ in try await live(request) }
        router.get("/api/findings") { request, _ in try await listFindings(request) }
        router.get("/api/findings/:id") { _, context in try await showFinding(context.id) }
        router.get("/api/deployments") { request, _ in try await listDeployments(request) }
        router.get("/api/deployments/:id") { _, context in try await showDeployment(context.id) }
        router.get("/api/openapi.json") { request, _ in try asset("openapi.json", request) }
    }

    private func asset(_ name: String, _ request: Request) throws -> Response {
        guard let asset = templates.asset(name) else { throw RequestProblem(.notFound, "there is no such file") }
        return Reply.asset(asset, knownAs: request.headers[.ifNoneMatch])
    }

    /// A page of a view, with what all pages have around it.
    func page(
        _ name: String,
        _ view: some Sendable,
        title: String,
        at section: Section,
        _ request: Request,
        status: HTTPResponse.Status = .ok
    ) -> Response {
        let known = guarding.cookie(of: request)
        let cookie = known ?? guarding.newCookie()
        let title = ShownText.of(title, upTo: ShownText.line)
        let frame = Frame(title: title, section: section, token: guarding.token(for: cookie), view: view)
        var response = Reply.html(templates.page(name, frame), status: status)
        if known == nil {
            response.setCookie(
                Cookie(
                    name: RequestGuard.cookieName,
                    value: cookie,
                    path: "/",
                    secure: false,
                    httpOnly: true,
                    sameSite: .strict
                )
            )
        }
        return response
    }
}

extension BasicRequestContext {
    /// The part of the path that names something.
    fileprivate var id: String { parameters.get("id") ?? "" }
}

/// Why a request is not answered as it was meant.
struct RequestProblem: Error {
    var status: HTTPResponse.Status
    /// For whoever asked.
    var message: String

    init(_ status: HTTPResponse.Status, _ message: String) {
        self.status = status
        self.message = message
    }

    init(_ error: LedgerError) {
        let status: HTTPResponse.Status =
            switch error.reason {
            case .invalid: .notFound
            case .changed: .conflict
            default: .serviceUnavailable
            }
        self.init(status, error.description)
    }
}
