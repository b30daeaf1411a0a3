# SPDX-License-Identifier: Apache-2.0
"""How a layer looks, as desktop programs read it: QGIS's own QML with codes in words, and SLD for the others."""

from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from gis.writing.rows import Order, OutClass

PLAIN = OutClass("", "", "#8fa3b0")
SLD = "http://www.opengis.net/sld"
OGC = "http://www.opengis.net/ogc"
register_namespace("", SLD)
register_namespace("ogc", OGC)


def qml(order: Order) -> str:
    """The style that QGIS applies when the layer is opened."""
    root = Element("qgis", version="3.28.0", styleCategories="Symbology|Labeling|Fields|Forms", labelsEnabled="1")
    _renderer(root, order)
    _labels(root, order)
    fields = SubElement(root, "fieldConfiguration")
    aliases = SubElement(root, "aliases")
    for place, column in enumerate(order.columns):
        _widget(SubElement(fields, "field", name=column.name, configurationFlags="None"), column.labels)
        SubElement(aliases, "alias", name=column.heading, field=column.name, index=str(place))
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + tostring(root, encoding="unicode")


def _renderer(root: Element, order: Order) -> None:
    classes = order.classes if order.colour_by else ()
    kind = {"type": "categorizedSymbol", "attr": order.colour_by or ""} if classes else {"type": "singleSymbol"}
    renderer = SubElement(root, "renderer-v2", kind, symbollevels="0", enableorderby="0", forceraster="0")
    if classes:
        categories = SubElement(renderer, "categories")
        for place, each in enumerate(classes):
            SubElement(
                categories,
                "category",
                symbol=str(place),
                value=each.code,
                label=each.title,
                render="true",
                type="string",
            )
    symbols = SubElement(renderer, "symbols")
    for place, each in enumerate(classes or (PLAIN,)):
        _symbol(symbols, str(place), each, order.geometry_kind)


def _symbol(symbols: Element, name: str, each: OutClass, geometry_kind: str) -> None:
    fill, stroke = _rgba(each.fill), _rgba(each.stroke)
    kind, layer, options = {
        "POLYGON": ("fill", "SimpleFill", {"color": fill, "style": "solid", "outline_color": stroke,
                                           "outline_style": "solid", "outline_width": "0.2"}),
        "LINESTRING": ("line", "SimpleLine", {"line_color": fill, "line_style": "solid", "line_width": "0.6"}),
    }.get(
        geometry_kind.removeprefix("MULTI"),
        ("marker", "SimpleMarker", {"color": fill, "outline_color": stroke, "name": "circle", "size": "2.6"}),
    )  # fmt: skip
    symbol = SubElement(symbols, "symbol", name=name, type=kind, alpha=str(each.alpha), clip_to_extent="1")
    made = SubElement(symbol, "layer", {"class": layer, "enabled": "1", "locked": "0", "pass": "0"})
    told = SubElement(made, "Option", type="Map")
    for key, value in options.items():
        SubElement(told, "Option", name=key, type="QString", value=value)


def _labels(root: Element, order: Order) -> None:
    if order.label is None:
        return
    labelling = SubElement(root, "labeling", type="simple")
    settings = SubElement(labelling, "settings", calloutType="simple")
    style = SubElement(
        settings, "text-style", fieldName=order.label, isExpression="0", fontSize="8", fontSizeUnit="Point",
        fontFamily="Noto Sans Arabic", textColor="38,38,38,255",
    )  # fmt: skip
    SubElement(
        style, "text-buffer", bufferDraw="1", bufferSize="0.8", bufferSizeUnits="MM", bufferColor="255,255,255,255"
    )
    # Farther away the numbers of a thousand plots would be a grey field.
    SubElement(settings, "rendering", scaleVisibility="1", scaleMin="1", scaleMax="10000")


def _widget(field: Element, labels: "dict[str, str] | object") -> None:
    words = dict(labels) if isinstance(labels, dict) else {}
    widget = SubElement(field, "editWidget", type="ValueMap" if words else "")
    config = SubElement(SubElement(widget, "config"), "Option", {"type": "Map"} if words else {})
    if words:
        listed = SubElement(config, "Option", name="map", type="List")
        for code, label in words.items():
            SubElement(SubElement(listed, "Option", type="Map"), "Option", name=label, type="QString", value=code)


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"


def sld(order: Order) -> str:
    """The same colours as SLD 1.0."""
    root = Element(f"{{{SLD}}}StyledLayerDescriptor", version="1.0.0")
    layer = _sub(root, "NamedLayer")
    _sub(layer, "Name").text = order.layer
    style = _sub(_sub(layer, "UserStyle"), "FeatureTypeStyle")
    classes = order.classes if order.colour_by else ()
    for each in classes or (PLAIN,):
        rule = _sub(style, "Rule")
        _sub(rule, "Name").text = each.code or order.layer
        _sub(rule, "Title").text = each.title or order.title
        if classes:
            equal = SubElement(SubElement(rule, f"{{{OGC}}}Filter"), f"{{{OGC}}}PropertyIsEqualTo")
            SubElement(equal, f"{{{OGC}}}PropertyName").text = order.colour_by
            SubElement(equal, f"{{{OGC}}}Literal").text = each.code
        _sld_symbol(rule, each, order.geometry_kind)
    return tostring(root, encoding="unicode")


def _sld_symbol(rule: Element, each: OutClass, geometry_kind: str) -> None:
    kind = geometry_kind.removeprefix("MULTI")
    if kind == "LINESTRING":
        stroke = _sub(_sub(rule, "LineSymbolizer"), "Stroke")
        _parameters(stroke, **{"stroke": each.fill, "stroke-width": "2"})
        return
    drawn = _sub(rule, "PolygonSymbolizer")
    if kind != "POLYGON":
        rule.remove(drawn)
        graphic = _sub(_sub(rule, "PointSymbolizer"), "Graphic")
        drawn = _sub(graphic, "Mark")
        _sub(drawn, "WellKnownName").text = "circle"
    _parameters(_sub(drawn, "Fill"), **{"fill": each.fill, "fill-opacity": str(each.alpha)})
    _parameters(_sub(drawn, "Stroke"), **{"stroke": each.stroke, "stroke-width": "0.8"})


def _sub(parent: Element, name: str) -> Element:
    return SubElement(parent, f"{{{SLD}}}{name}")


def _parameters(parent: Element, **values: str) -> None:
    for name, value in values.items():
        SubElement(parent, f"{{{SLD}}}CssParameter", name=name).text = value
