import Testing

@testable import RSPipeline

@Suite struct ChainTests {
    @Test func wordsOptionsAndSteps() throws {
        let chain = try Chain("read SCENE bands=red,nir ! toa ! index ndvi gdvi(n=3) ! write OUT/ type=int16")
        #expect(chain.calls.map(\.word) == ["read", "toa", "index", "write"])
        #expect(chain.calls[0].positionals == ["SCENE"])
        #expect(chain.calls[0].options.map(\.name) == ["bands"] && chain.calls[0].options[0].value == "red,nir")
        #expect(chain.calls[2].positionals == ["ndvi", "gdvi(n=3)"])
        #expect(chain.calls[2].options.isEmpty)
    }

    @Test func quotesKeepSpacesAndMarksTogether() throws {
        let chain = try Chain("read 'my scene' ! expr hot=\"a != b and c > 2\" ! write \"it's here/\"")
        #expect(chain.calls.count == 3)
        #expect(chain.calls[0].positionals == ["my scene"])
        #expect(chain.calls[1].options[0].value == "a != b and c > 2")
        #expect(chain.calls[2].positionals == ["it's here/"])
        #expect(Run.message { _ = try Chain("read 'x") }.contains("not closed"))
    }

    @Test(arguments: [
        "read S ! toa ! index ndvi,gdvi(n=3) ! write OUT/", "read 'a b' ! expr x='p > 2 ? q : 0' ! write \"it's/\"",
        "read S saturated=keep bands=red,nir ! select red,validity ! write f.tif type=int16 scale=0.0001",
    ]) func textReadsBack(text: String) throws {
        let chain = try Chain(text)
        let again = try Chain(chain.text)
        #expect(again.text == chain.text)
        #expect(again.calls.map(\.word) == chain.calls.map(\.word))
        #expect(again.calls.map(\.positionals) == chain.calls.map(\.positionals))
        #expect(again.calls.flatMap(\.options).map(\.value) == chain.calls.flatMap(\.options).map(\.value))
    }

    @Test func bothQuotesInOneWordReadBack() throws {
        let chain = Chain([StepCall("read", ["it's a \"file\""])])
        #expect(try Chain(chain.text).calls[0].positionals == ["it's a \"file\""])
    }

    @Test(arguments: [
        ("read S ! indx ndvi", "step 2: unknown step 'indx'; did you mean 'index'?"), ("", "the chain is empty"),
        ("read S ! ! toa", "step 2: a step is missing"), ("read S !", "step 2: a step is missing"),
        ("! toa", "step 1: a step is missing"), ("toa", "step 1 (toa): a chain starts with read"),
        ("read S ! read T", "step 2 (read): read stands only at the start"),
        ("read S ! index ndvj", "step 2 (index):"), ("read S ! mask clouds", "did you mean 'cloud'?"),
        ("read S ! toa x", "step 2 (toa): 'x' is not understood"),
        ("read S ! write o/ typ=int16", "unknown option 'typ'; did you mean 'type'?"),
        ("read S ! write o/ type=int8", "one of float32, int16"), ("read S ! write", "a target is missing"),
        ("read S ! write a b", "one path is taken, not 2"), ("read S ! write o/ scale=x type=int16", "not a number"),
        ("read S ! write o/ level=0", "a whole number from 1 to 22"), ("read S ! index", "names are missing"),
        ("read S ! write o/ type=int16 type=uint8", "'type' is given twice"),
        ("read S ! write o/ scale=0.1", "belong to an integer type"),
        ("read S ! write o/ type=int16 scale=0", "a number above 0"),
        ("read S ! write o/ type=int16 scale=5e-324", "a number above 0"),
        ("read S ! write o/ type=int16 offset=nan", "finite"),
        ("read S ! write o/ type=int16 nodata=70000", "is not a number of int16"),
        ("read S ! write o/ level=13", "deflate goes from 1 to 12"),
        ("read S ! write o/ level=3 compress=none", "belongs to deflate and zstd"),
        ("read S ! expr x=", "x:"), ("read S ! expr", "a formula is missing"), ("read S ! expr x=a+", "x:"),
        ("read S ! index ndvi,evi as=x", "as= names one index"), ("read S ! surface dark=0.01%", "method=dos1"),
        ("read S ! surface method=dos1 dark=7%", "at most 5%"), ("read S ! surface method=dos3", "product, dos1"),
        ("read S scale=0", "scale"), ("read S quantity=light", "not a quantity"),
    ]) func mistakesAreNamedBeforeAnythingIsRead(text: String, part: String) {
        let message = Run.message { try Chain(text).check() }
        #expect(message.contains(part), "\(text): \(message)")
    }

    @Test func everyStepSaysHowItIsWritten() {
        for declaration in StepRegistry.declarations {
            #expect(declaration.usage.hasPrefix(declaration.word) && !declaration.summary.isEmpty)
        }
        #expect(Set(StepRegistry.words).count == StepRegistry.words.count)
    }

    @Test func namesSplitOutsideParentheses() {
        #expect(NameList.split("a, b,x(p=1,q=2),,c") == ["a", "b", "x(p=1,q=2)", "c"])
    }

    @Test func theRecordedTextHoldsNoPlaces() throws {
        let chain = try Chain("read /data/a/S1/ metadata=/m/x_MTL.txt ! toa ! write /out/dir/ ! write /out/f.tif")
        #expect(chain.recordText == "read S1 metadata=x_MTL.txt ! toa ! write ./ ! write f.tif")
    }
}
