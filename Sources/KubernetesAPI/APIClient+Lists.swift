package import JSON

/// Which objects of a resource are meant; all, when it says nothing.
package struct Selection: Sendable, Hashable {
    /// `metadata.name=web`.
    package var fields: String?
    /// `app=web`.
    package var labels: String?

    package init(fields: String? = nil, labels: String? = nil) {
        self.fields = fields
        self.labels = labels
    }

    /// The one object of that name.
    package static func named(_ name: String) -> Selection { Selection(fields: "metadata.name=\(name)") }

    var query: [(name: String, value: String)] {
        [("fieldSelector", fields), ("labelSelector", labels)].compactMap { name, value in value.map { (name, $0) } }
    }
}

/// What was made of the objects of a list.
package struct Listing<Value: Sendable>: Sendable {
    package var values: [Value] = []
    /// How many objects were read.
    package var count = 0
    /// As of when; what a watch begins from.
    package var resourceVersion = ""
    /// How many more there are that were not asked for.
    package var remaining = 0

    package init() {}
}

/// A part of a list.
package struct Page<Value: Sendable>: Sendable {
    package var values: [Value] = []
    /// How many objects were read.
    package var count = 0
    /// As of when; the same for all pages of a list.
    package var resourceVersion = ""
    /// How many more there are, where the server tells.
    package var remaining = 0
    /// Where the next page begins; nil behind the last.
    package var next: String?
}

extension APIClient {
    /// Lists objects page by page, and keeps of each only what `read` makes of it.
    ///
    /// - Parameters:
    ///   - pageSize: how many objects are asked for at a time.
    ///   - most: after how many objects to stop; the rest is counted, as far as the server tells.
    ///   - time: how long all of it may take; what was read by then is returned, if anything was. Nil for no bound but
    ///     each page's own.
    ///   - read: what is lent to it must not leave it; nil leaves an object out.
    /// - Throws: ``APIError``, of code ``APIError/Code/gone`` where the list changed for so long that its rest is lost.
    package func list<Value: Sendable>(
        _ resource: Resource,
        _ selection: Selection = Selection(),
        pageSize: Int = 500,
        most: Int = .max,
        within time: Duration? = nil,
        read: (JSONValue) -> Value?
    ) async throws(APIError) -> Listing<Value> {
        var listing = Listing<Value>()
        let end = time.map { ContinuousClock.now + $0 }
        var next: String?
        repeat {
            var call = Call(path: try resource.path(), query: selection.query)
            call.query.append(("limit", String(min(pageSize, most - listing.count))))
            if let next { call.query.append(("continue", next)) }
            let page: Page<Value>
            do throws(APIError) {
                let left = end.map { min(max($0 - .now, .zero), limits.time) }
                page = try await self.page(call, within: left, read)
            } catch {
                guard error.code == .timedOut, end != nil, next != nil else { throw error }
                return listing
            }
            listing.values += page.values
            listing.count += page.count
            listing.resourceVersion = page.resourceVersion
            listing.remaining = page.remaining
            next = page.next
        } while next != nil && listing.count < most
        return listing
    }

    /// One page of a list, of which the next begins where it says.
    ///
    /// - Parameters:
    ///   - place: where the page before ended; nil for the first.
    ///   - size: how many objects are asked for.
    ///   - read: what is lent to it must not leave it; nil leaves an object out.
    /// - Throws: ``APIError``, of code ``APIError/Code/gone`` where the list changed for so long that its rest is lost.
    package func page<Value: Sendable>(
        of resource: Resource,
        _ selection: Selection = Selection(),
        at place: String? = nil,
        size: Int = 500,
        read: (JSONValue) -> Value?
    ) async throws(APIError) -> Page<Value> {
        var call = Call(path: try resource.path(), query: selection.query)
        call.query.append(("limit", String(size)))
        if let place { call.query.append(("continue", place)) }
        return try await page(call, within: nil, read)
    }

    private func page<Value: Sendable>(
        _ call: Call,
        within time: Duration?,
        _ read: (JSONValue) -> Value?
    ) async throws(APIError) -> Page<Value> {
        let answer = try await answer(to: call, limit: limits.page, within: time)
        let page: Page<Value>
        do throws(APIError) {
            page = try answer.readObject(limit: limits.page) { list in
                var page = Page<Value>()
                for item in list["items"].map({ Array($0.elements) }) ?? [] {
                    page.count += 1
                    if let value = read(item) { page.values.append(value) }
                }
                let metadata = list["metadata"]
                page.resourceVersion = metadata?["resourceVersion"]?.string ?? ""
                page.remaining = metadata?["remainingItemCount"]?.integer.flatMap { Int(exactly: $0) } ?? 0
                page.next = metadata?["continue"]?.string.flatMap { $0.isEmpty ? nil : $0 }
                return page
            }
        } catch {
            throw error.of(call.words)
        }
        guard !page.resourceVersion.isEmpty else {
            throw APIError(.malformed, "the answer is no list", request: call.words)
        }
        return page
    }
}
