import Testing

@testable import RSPipeline

/// The grid that holds several grids.
@Suite struct GridUnionTests {
    private func grid(
        _ width: Int, _ height: Int, column: Double, row: Double, pixel: Double = 30,
        crs: CoordinateSystem? = SmallRaster.crs
    ) -> Grid {
        Grid(
            width: width, height: height,
            transform: GeoTransform(left: 500_000 + 30 * column, top: 4_400_000 - 30 * row, pixelSize: pixel), crs: crs)
    }

    private func failure(_ grids: [Grid]) -> Grid.UnionError? {
        do throws(Grid.UnionError) { _ = try Grid.union(of: grids) } catch { return error }
        return nil
    }

    @Test func placesAreWholePixels() throws {
        let found = try Grid.union(of: [
            grid(4, 3, column: 0, row: 0), grid(5, 5, column: -2, row: 2), grid(2, 2, column: 4, row: -1),
        ])
        #expect(found.grid.width == 8 && found.grid.height == 8)
        #expect(found.grid.transform.originX == 499_940 && found.grid.transform.originY == 4_400_030)
        #expect(
            found.places == [
                Window(column: 2, row: 1, width: 4, height: 3), Window(column: 0, row: 3, width: 5, height: 5),
                Window(column: 6, row: 0, width: 2, height: 2),
            ])
        let one = grid(4, 3, column: 0, row: 0)
        #expect(try Grid.union(of: [one]).grid == one)
    }

    @Test func whatDoesNotFit() throws {
        let first = grid(4, 3, column: 0, row: 0)
        #expect(failure([first, grid(4, 3, column: 1, row: 1, crs: nil)]) == .noSystem(index: 1))
        let zone = try CoordinateSystem(text: "EPSG:32638")
        #expect(failure([first, grid(4, 3, column: 1, row: 1, crs: zone)]) == .systems(index: 1))
        #expect(failure([first, first, grid(4, 3, column: 1, row: 1, pixel: 30.001)]) == .pixels(index: 2))
        guard case .offset(1, let columns, let rows) = failure([first, grid(4, 3, column: 1.25, row: 1)]) else {
            Issue.record("a quarter of a pixel is not the same pixels")
            return
        }
        #expect(abs(columns - 0.25) < 1e-8 && abs(rows) < 1e-8)
        // Touching at a corner is enough, a gap of a pixel is not; neighbours may be joined by a third.
        #expect(failure([first, grid(2, 2, column: 4, row: 3)]) == nil)
        #expect(failure([first, grid(2, 2, column: 5, row: 3)]) == .apart(index: 1))
        #expect(failure([first, grid(2, 2, column: 5, row: 0), grid(1, 1, column: 4, row: 0)]) == nil)
        // A millionth of a pixel is one grid, ten of them are not.
        #expect(failure([first, grid(4, 3, column: 1 + 5e-7, row: 1)]) == nil)
        #expect(failure([first, grid(4, 3, column: 1 + 1e-5, row: 1)]) != nil)
    }
}
