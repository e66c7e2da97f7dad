internal import HTTPTypes
internal import Hummingbird
internal import Ledger

/// What holds for every request and every answer.
struct ConsoleMiddleware: RouterMiddleware {
    typealias Context = ConsoleRouter.Context

    let router: ConsoleRouter

    /// Nothing of other sites, nothing written into a page: what a record says can become no script, even if it became
    /// markup (CSP level 3).
    private static let policy = """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
        base-uri 'none'; frame-ancestors 'none'
        """

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            guard router.guarding.isMeantForUs(request) else {
                throw RequestProblem(.misdirectedRequest, "this console is reached by its own address alone")
            }
            response = try await next(request, context)
        } catch {
            response = answer(to: error, request)
        }
        response.headers[Self.policyName] = Self.policy
        response.headers[.xContentTypeOptions] = "nosniff"
        // Without a referrer browsers tell no origin either, and a form's origin is looked at.
        response.headers[Self.referrer] = "same-origin"
        response.headers[Self.opener] = "same-origin"
        response.headers[Self.resource] = "same-origin"
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        return response
    }

    /// What went wrong, as a page or as JSON.
    private func answer(to error: any Error, _ request: Request) -> Response {
        let problem: RequestProblem =
            switch error {
            case let problem as RequestProblem: problem
            case let error as LedgerError: RequestProblem(error)
            case let error as any HTTPResponseError:
                RequestProblem(
                    error.status,
                    error.status == .notFound ? "there is no such page" : error.status.reasonPhrase
                )
            default: RequestProblem(.internalServerError, "the request could not be answered")
            }
        if request.uri.path.hasPrefix("/api/") || request.uri.path == "/live" { return Reply.problem(problem) }
        return router.page(
            "problem",
            ProblemView(status: problem.status.code, message: ShownText.of(problem.message)),
            title: problem.status.reasonPhrase,
            at: .none,
            request,
            status: problem.status
        )
    }

    private static let policyName = HTTPField.Name("Content-Security-Policy") ?? .contentType
    private static let referrer = HTTPField.Name("Referrer-Policy") ?? .contentType
    private static let opener = HTTPField.Name("Cross-Origin-Opener-Policy") ?? .contentType
    private static let resource = HTTPField.Name("Cross-Origin-Resource-Policy") ?? .contentType
}

/// What a problem's page shows.
struct ProblemView: Sendable {
    var status: Int
    var message: String
}
