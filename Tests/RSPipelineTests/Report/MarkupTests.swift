import Testing

@testable import RSPipeline

@Suite struct MarkupTests {
    @Test func textIsEscapedAndMarkupIsNot() {
        let name = "<b> & \"c\" 'd'"
        let cell: Markup = "<td title=\"\(name)\">\(Markup(escaping: name))</td>"
        #expect(
            cell.text
                == "<td title=\"&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;\">&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;</td>"
        )
        let row: Markup = "<tr>\(cell)</tr>"
        #expect(row.text.hasPrefix("<tr><td"))
    }

    /// A combining mark makes one character of it and the sign before, which must be seen all the same.
    @Test func combiningMarksHideNoSign() {
        #expect(Markup(escaping: "\"\u{301}<\u{338}'\u{20D2}").text == "&quot;\u{301}&lt;\u{338}&#39;\u{20D2}")
    }

    @Test func directionAndControlSignsAreTakenOut() {
        #expect(Markup(escaping: "a\u{202E}b\u{2066}c\u{0}\u{1B}d").text == "abc\u{FFFD}\u{FFFD}d")
    }

    @Test func coordinatesHaveNoLocale() {
        let point: Markup = "\(1234.567) \(7)"
        #expect(point.text == "1234.57 7")
        #expect((["a", "b"] as [Markup]).joined(separator: "-").text == "a-b")
    }
}
