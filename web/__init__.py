# SPDX-License-Identifier: Apache-2.0
"""Pages: Folium map elements, templates, ES modules, one stylesheet, messages in Arabic and English."""
